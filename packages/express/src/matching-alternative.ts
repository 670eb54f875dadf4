import type { PathParameter } from './restore-template.ts';

/** A path as Express takes it; an array holds alternatives. */
export type PathPattern = string | RegExp | readonly PathPattern[];

/** Which of several patterns a path has matched, as far as it can be told from the path and the names of its parameters. */
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

/** As `:name`, `*name`, or, for other characters, `:"name"`. */
function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(/[:*](?:"([^"]+)"|([\p{ID_Start}$_][\p{ID_Continue}$]*))/gu)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

function sameStaticPath(pattern: string, path: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\/+$/, '');
  return plain(pattern) === plain(path);
}
