/** The request target as the client sent it: a framework that mounts handlers shortens `url` and keeps the whole here. */
export function targetOf(req: { readonly url?: string | undefined }): string {
  return (req as { originalUrl?: string }).originalUrl ?? req.url ?? '/';
}

/** The path of a request target, without its query. */
export function pathnameOf(target: string): string {
  const path = target.startsWith('/') ? target : withoutOrigin(target);
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

/** Whether the path of a request target is this one. Called for every request, so it cuts nothing out. */
export function hasPathname(target: string, pathname: string): boolean {
  if (!target.startsWith(pathname)) return !target.startsWith('/') && pathnameOf(target) === pathname;
  return target.length === pathname.length || target[pathname.length] === '?';
}

/** The query of a request target, without the question mark. */
export function queryOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? '' : target.slice(query + 1);
}

/** A client that takes the server for a proxy sends the whole URL (RFC 9112, section 3.2.2). */
function withoutOrigin(target: string): string {
  const authority = target.indexOf('://');
  if (authority < 0) return target;
  const path = target.indexOf('/', authority + 3);
  return path < 0 ? '/' : target.slice(path);
}
