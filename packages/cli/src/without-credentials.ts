/**
 * Removes the user and the password from the text of a source, for messages. The text may be a malformed URL: all of it up to
 * the last `@` may be a part of the credentials.
 */
export function withoutCredentials(source: string): string {
  return source
    .replace(/^([a-z][a-z\d+.-]*:[/\\]+|https?:).*@/is, '$1')
    .replace(/^[^/\\\s:]{2,}:.*@(?=[\w.[\]:-]+(?:[/?#]|$))/s, '');
}
