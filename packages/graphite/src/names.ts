/**
 * A text as one node of a Graphite path, for paths of your own: every character but ASCII letters, digits, `_`, `:` and `-`
 * becomes `_`, dots and slashes included. An empty text is `_`, because a path has no empty nodes. Different texts may become
 * one.
 *
 * @example
 * pathNode('/users/:id') // '_users_:id'
 */
export function pathNode(text: string): string {
  return text === '' ? '_' : text.replace(OUTSIDE, '_');
}

// With `u` a character beyond the basic plane is one, as in Go and Python.
const OUTSIDE = /[^a-zA-Z0-9_:-]/gu;

/** The name of a label as that of a Graphite tag, other than those in `taken`, to which it is added. */
export function tagName(label: string, taken: Set<string>): string {
  let name = label.replace(OUTSIDE, '_');
  // Carbon keeps the path under the tag `name`, VictoriaMetrics under `__name__`: a label of that name would be lost there,
  // or take the place of the path. Prometheus has the same word for labels that clash.
  while (name === 'name' || name === '__name__') name = `exported_${name}`;
  while (taken.has(name)) name = `exported_${name}`;
  taken.add(name);
  return name;
}

/**
 * A text as the value of a Graphite tag, for paths of your own. Nearly everything may stand there: `/users/:id`, `+Inf` and
 * `größe` stay as they are. White space, control characters, `;` and `"` become `_`, and so does `~` at the beginning, which
 * Carbon refuses. An empty text is `_`, because a tag has no empty value.
 *
 * @example
 * tagValue('a b;c') // 'a_b_c'
 */
export function tagValue(text: string): string {
  return text === '' ? '_' : text.replace(REFUSED, '_');
}

// Carbon splits a line at all that Python calls white space or a line's end, and takes a path that ends with `"}` for one of
// OpenMetrics. One tag that it refuses costs all tags of the same batch.
const REFUSED = /^~|[\s\p{Cc};"]/gu;
