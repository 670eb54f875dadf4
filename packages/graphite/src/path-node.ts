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
