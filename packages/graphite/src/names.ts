/**
 * Returns a string as one node of a Graphite path, for custom paths: every character except ASCII letters, digits, `_`, `:`
 * and `-` becomes `_`, dots and slashes included. An empty string becomes `_`, because a path has no empty nodes. Different
 * strings can become the same node.
 *
 * @example
 * pathNode('/users/:id') // '_users_:id'
 */
export function pathNode(text: string): string {
  return text === '' ? '_' : text.replace(OUTSIDE, '_');
}

/** Returns a label name as the name of a Graphite tag. The name differs from all names in `taken` and is added to `taken`. */
export function tagName(label: string, taken: Set<string>): string {
  let name = label.replace(OUTSIDE, '_');
  // Carbon stores the path under the tag `name`, VictoriaMetrics under `__name__`: a label of that name would be lost, or would
  // replace the path. Prometheus uses the same prefix, "exported_", for labels that clash.
  while (name === 'name' || name === '__name__') name = `exported_${name}`;
  while (taken.has(name)) name = `exported_${name}`;
  taken.add(name);
  return name;
}

/**
 * Returns a string as the value of a Graphite tag, for custom paths. Nearly all characters are allowed: `/users/:id`, `+Inf`
 * and `größe` stay unchanged. White space, control characters, `;` and `"` become `_`. A `~` at the beginning becomes `_`
 * too, because Carbon refuses it. An empty string becomes `_`, because a tag has no empty value.
 *
 * @example
 * tagValue('a b;c') // 'a_b_c'
 */
export function tagValue(text: string): string {
  return text === '' ? '_' : text.replace(REFUSED, '_');
}

// With the flag `u`, a character above U+FFFF is one character and not two, as in Go and Python.
const OUTSIDE = /[^a-zA-Z0-9_:-]/gu;

// Carbon splits a line at all characters that Python counts as white space or line ends, and reads a path that ends
// with `"}` as OpenMetrics. If Carbon refuses one tag, all tags of the same batch are lost.
const REFUSED = /^~|[\s\p{Cc};"]/gu;
