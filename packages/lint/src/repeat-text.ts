/** The same text as often as it was found. */
export function* repeatText(text: string, times: number): Generator<string, void, undefined> {
  for (let i = 0; i < times; i++) yield text;
}
