import type { PathMatcher } from './layer.ts';
import type { PathParameter } from './path-parameter.ts';

/** Limit of calls of a matcher for one template. Real patterns need a few. */
const MAX_TRIES = 1000;

/** Templates of a matcher. */
interface KnownTemplates {
  /** Templates by the names of the parameters that are present. */
  readonly byNames: Map<string, string>;
  /** Text that was asked for last, and its template: most mounts have no parameters, so that the text is always the same. */
  latest: { readonly text: string; readonly template: string | undefined } | undefined;
}

const known = /* @__PURE__ */ new WeakMap<PathMatcher, KnownTemplates>();

/**
 * Returns the template of a pattern whose matcher is known but not its text (routers 2.0 to 2.2): replaces the values of the
 * parameters in the path, and accepts the result only if the matcher proves it. The proof: with a different made-up value in
 * every place, the matcher finds exactly these values, so all other text is of the pattern. Static parts are in lower case,
 * because routers ignore the case that the client chose.
 * @returns `undefined` if the pattern is a regular expression, or no template is proved
 */
export function templateByMatcher(matcher: PathMatcher, text: string): string | undefined {
  let templates = known.get(matcher);
  if (templates === undefined) {
    templates = { byNames: new Map(), latest: undefined };
    known.set(matcher, templates);
  }
  if (templates.latest?.text !== text) templates.latest = { text, template: find(matcher, text, templates.byNames) };
  return templates.latest.template;
}

function find(matcher: PathMatcher, text: string, byNames: Map<string, string>): string | undefined {
  // A matcher of a regular expression has another name. Text outside its groups may be of the client.
  const match = matcher.name === 'match' && matcher(text);
  if (!match) return undefined;
  const names = Object.keys(match.params).join();
  // Without parameters, the text may be one of several: a pattern has optional parts.
  if (names === '') return prove(matcher, text, []);
  const template = byNames.get(names) ?? prove(matcher, text, Object.entries(match.params));
  if (template !== undefined) byNames.set(names, template);
  return template;
}

function prove(matcher: PathMatcher, text: string, params: readonly PathParameter[]): string | undefined {
  const segments = text.split('/').map(decode);
  let tries = 0;
  for (const pieces of placements(segments.join('/'), params)) {
    if (++tries > MAX_TRIES) return undefined;
    const probe = pieces.map((piece, i) => encodePath(piece) + (i < params.length ? madeUpValue(i) : '')).join('');
    const found = matcher(probe);
    if (!found || found.path !== probe) continue;
    if (!params.every(([name], i) => String(found.params[name]) === madeUpValue(i))) continue;
    return pieces
      .map((piece, i) => {
        const param = params[i];
        return piece.toLowerCase() + (param === undefined ? '' : `${Array.isArray(param[1]) ? '*' : ':'}${param[0]}`);
      })
      .join('');
  }
  return undefined;
}

/** Yields the texts before, between and behind the parameters, for every place in which their values appear in order. */
function* placements(path: string, params: readonly PathParameter[]): Generator<readonly string[], void, undefined> {
  const [first, ...others] = params;
  if (first === undefined) {
    yield [path];
    return;
  }
  const value = Array.isArray(first[1]) ? first[1].join('/') : first[1];
  if (typeof value !== 'string' || value === '') return;
  for (let at = path.indexOf(value); at >= 0; at = path.indexOf(value, at + 1)) {
    for (const behind of placements(path.slice(at + value.length), others)) yield [path.slice(0, at), ...behind];
  }
}

/** Value that differs from that of every other parameter. */
function madeUpValue(index: number): string {
  return `0value${index}`;
}

function encodePath(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/');
}

/** Decodes a segment, as routers decode each segment separately. Returns a malformed segment unchanged. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
