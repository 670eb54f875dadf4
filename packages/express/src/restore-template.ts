/** Parameter as in `req.params`. The value of a wildcard is an array of segments. */
export type PathParameter = readonly [name: string, value: unknown];

/** Limit of path segments. A client may send any number of segments to a wildcard; patterns are far shorter. */
const MAX_SEGMENTS = 32;

/**
 * Restores the pattern that a path matched, as far as the path and the parameters allow, by replacing values with
 * names. Static parts are returned in lower case, because routers ignore the case that the client chose. Returns `/*`
 * if a value is not found in the path, for example because the application changed it: no text chosen by a client may
 * remain in the pattern.
 */
export function restoreTemplate(path: string, params: readonly PathParameter[]): string {
  const segments = path.split('/');
  if (segments.length > MAX_SEGMENTS) return '/*';
  const restored = replaceParams(segments.map(decode), params);
  return restored?.join('/') ?? '/*';
}

/** Replaces the parameters in order, each after the previous parameter. Returns `undefined` if a value is not found. */
function replaceParams(segments: readonly string[], params: readonly PathParameter[]): string[] | undefined {
  const [first, ...others] = params;
  if (first === undefined) return segments.map((segment) => segment.toLowerCase());
  for (const [before, replaced, after] of placesOf(first, segments)) {
    const [rest, ...behind] = after;
    // The rest of the segment may contain further parameters, as in `/v:major.:minor`.
    const restored = replaceParams([rest ?? '', ...behind], others);
    if (restored === undefined) continue;
    const [joined = '', ...further] = restored;
    return [...before.slice(0, -1).map(lower), lower(before.at(-1) ?? '') + replaced + joined, ...further];
  }
  return undefined;
}

type Place = readonly [before: readonly string[], replaced: string, after: readonly string[]];

/** Yields the places of a parameter's value in a path: first as whole segments, then as part of a segment. */
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

/** Decodes a segment, as routers decode each segment separately. Returns a malformed segment unchanged. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
