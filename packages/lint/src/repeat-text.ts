/** Yields the text of a problem once for each occurrence. */
export function* repeatText(text: string, times: number): Generator<string, void, undefined> {
  for (let i = 0; i < times; i++) yield text;
}
