/** Returns the request target that the client sent. A framework that mounts handlers shortens `url` and keeps `originalUrl`. */
export function targetOf(req: { readonly url?: string | undefined }): string {
  return (req as { originalUrl?: string }).originalUrl ?? req.url ?? '/';
}

/** Returns the path of a request target, without the query. */
export function pathnameOf(target: string): string {
  const path = target.startsWith('/') ? target : withoutOrigin(target);
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

/** True if a request target has this path. Called for every request, so usually no string is created. */
export function hasPathname(target: string, pathname: string): boolean {
  if (!target.startsWith(pathname)) return !target.startsWith('/') && pathnameOf(target) === pathname;
  return target.length === pathname.length || target[pathname.length] === '?';
}

/** Returns the query of a request target, without the question mark. */
export function queryOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? '' : target.slice(query + 1);
}

/** Removes the origin: a client that takes the server for a proxy sends the whole URL (RFC 9112, section 3.2.2). */
function withoutOrigin(target: string): string {
  const authority = target.indexOf('://');
  if (authority < 0) return target;
  const path = target.indexOf('/', authority + 3);
  return path < 0 ? '/' : target.slice(path);
}
