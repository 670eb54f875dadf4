import type { PathParameter } from './path-parameter.ts';

/** Path of a route as Express accepts it. An array contains alternatives. */
export type PathPattern = string | RegExp | readonly PathPattern[];

/**
 * Returns the one of several patterns that a path matched. Decides by the path and the names of the parameters. Returns
 * the first pattern if no pattern fits.
 */
export function matchingAlternative(
  patterns: readonly PathPattern[],
  path: string,
  params: readonly PathParameter[],
): string | RegExp | undefined {
  const alternatives = (patterns as readonly unknown[]).flat(Infinity) as (string | RegExp)[];
  return alternatives.find((pattern) => isMatch(pattern, path, params)) ?? alternatives[0];
}

function isMatch(pattern: string | RegExp, path: string, params: readonly PathParameter[]): boolean {
  if (pattern instanceof RegExp) return path.search(pattern) >= 0;
  const names = namesIn(pattern);
  if (names.length === 0) return sameStaticPath(pattern, path);
  const required = namesIn(pattern.replaceAll(/\{[^}]*\}/g, ''));
  const given = params.map(([name]) => name);
  return given.every((name) => names.includes(name)) && required.every((name) => given.includes(name));
}

/** Returns the parameter names of a pattern: `:name`, `*name`, or quoted, with any characters: `:"name"`. */
function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(/[:*](?:"([^"]+)"|([\p{ID_Start}$_][\p{ID_Continue}$]*))/gu)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

function sameStaticPath(pattern: string, path: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\/+$/, '');
  return plain(pattern) === plain(path);
}
