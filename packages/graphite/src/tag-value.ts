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
