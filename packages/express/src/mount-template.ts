import type { Layer } from './layer.ts';
import { templateByMatcher } from './template-by-matcher.ts';
import { templatesOfRegExp } from './templates-of-regexp.ts';

/** Template of a mount whose pattern is not known. */
export const UNKNOWN_MOUNT = '/*';

/**
 * Returns the template of a mount, from the pattern of its layer. No text of the client gets into the template: where the
 * layer does not tell its pattern, the result is `/*`.
 * @param text part of the path that the mount matched
 */
export function mountTemplate(layer: Layer, text: string): string {
  const { rawPath, regexp, matchers = [] } = layer;
  if (rawPath !== undefined) {
    const pattern = Array.isArray(rawPath) ? rawPath[indexOfMatch(layer, text)] : rawPath;
    return pattern === undefined ? UNKNOWN_MOUNT : formatMount(pattern);
  }
  if (regexp instanceof RegExp) {
    const templates = templatesOfRegExp(regexp, layer.keys ?? []);
    if (templates.length === 1) return formatMount(templates[0]!.template);
    return formatMount(templates.find(({ test }) => test.test(text))?.template ?? UNKNOWN_MOUNT);
  }
  const matcher = matchers[indexOfMatch(layer, text)];
  return matcher === undefined ? UNKNOWN_MOUNT : formatMount(templateByMatcher(matcher, text) ?? UNKNOWN_MOUNT);
}

/**
 * Returns the template of the mount of a router in which a request already is; `/*` if several mounts match, or if the request
 * is in a mount inside another mount.
 */
export function templateInside(router: unknown, baseUrl: string): string {
  const { stack = [] } = (router ?? {}) as { readonly stack?: readonly Layer[] };
  const templates = new Set<string>();
  for (const layer of stack) {
    if (layer.route === undefined && matchedPath(layer, baseUrl) === baseUrl)
      templates.add(mountTemplate(layer, baseUrl));
  }
  const [only = UNKNOWN_MOUNT, ...others] = templates;
  return others.length === 0 ? only : UNKNOWN_MOUNT;
}

/** Returns the part of a path that a layer matches; `undefined` if it does not match. */
function matchedPath({ regexp, matchers = [] }: Layer, path: string): string | undefined {
  if (regexp instanceof RegExp) return path.search(regexp) === 0 ? regexp.exec(path)?.[0] : undefined;
  for (const matches of matchers) {
    const match = matches(path);
    if (match !== false) return match.path;
  }
  return undefined;
}

/** Removes trailing slashes: patterns inside the mount begin with a slash. */
export function formatMount(pattern: string | RegExp): string {
  if (typeof pattern !== 'string') return String(pattern);
  return pattern.endsWith('/') ? pattern.replace(/\/+$/, '') : pattern;
}

function indexOfMatch({ matchers = [] }: Layer, text: string): number {
  return matchers.length === 1 ? 0 : matchers.findIndex((matches) => matches(text) !== false);
}
