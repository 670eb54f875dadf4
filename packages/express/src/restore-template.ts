/** A parameter as `req.params` holds it; a wildcard's value is an array of its segments. */
export type PathParameter = readonly [name: string, value: unknown];

/** A client may send many segments into a wildcard; nobody writes as many into a pattern. */
const MAX_SEGMENTS = 32;

/**
 * The pattern that a path has matched, as far as it can be told from the path and the parameters: their values are replaced
 * by their names. What is static comes out in lower case, because a client may write it as it likes. Where the values are not
 * found, since the application changed them, the path becomes `/*`: nothing that a client chose may stay in it.
 */
export function restoreTemplate(path: string, params: readonly PathParameter[]): string {
  const segments = path.split('/');
  if (segments.length > MAX_SEGMENTS) return '/*';
  const restored = replaceParams(segments.map(decode), params);
  return restored?.join('/') ?? '/*';
}

/** Replaces the parameters in their order, each behind the one before. Gives nothing if they do not fit. */
function replaceParams(segments: readonly string[], params: readonly PathParameter[]): string[] | undefined {
  const [first, ...others] = params;
  if (first === undefined) return segments.map((segment) => segment.toLowerCase());
  for (const [before, replaced, after] of placesOf(first, segments)) {
    const [rest, ...behind] = after;
    // The rest of the segment may hold further parameters, as in `/v:major.:minor`.
    const restored = replaceParams([rest ?? '', ...behind], others);
    if (restored === undefined) continue;
    const [joined = '', ...further] = restored;
    return [...before.slice(0, -1).map(lower), lower(before.at(-1) ?? '') + replaced + joined, ...further];
  }
  return undefined;
}

type Place = readonly [before: readonly string[], replaced: string, after: readonly string[]];

/** Where the value of a parameter stands in a path: as whole segments first, then as a part of one. */
function* placesOf([name, value]: PathParameter, segments: readonly string[]): Generator<Place, void, undefined> {
  const parts = Array.isArray(value) ? value : [value];
  if (parts.length === 0 || parts.some((part) => typeof part !== 'string' || part === '')) return;
  const text = Array.isArray(value) ? `*${name}` : `:${name}`;
  for (let i = 0; i + parts.length <= segments.length; i++) {
    if (!parts.every((part, j) => segments[i + j] === part)) continue;
    yield [[...segments.slice(0, i), ''], text, ['', ...segments.slice(i + parts.length)]];
  }
  if (parts.length > 1) return;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    const at = segment.indexOf(parts[0]);
    if (at < 0 || segment === parts[0]) continue;
    const end = at + parts[0].length;
    yield [[...segments.slice(0, i), segment.slice(0, at)], text, [segment.slice(end), ...segments.slice(i + 1)]];
  }
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** Routers decode parameters one by one. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
