/** Its name, as a string that TypeScript does not look up: it has no types. */
const NAME: string = 'parse-prometheus-text-format';

/** Reads text 0.0.4 into objects: a family each, with an object for each series. Refuses nothing. */
export const textFormatParser = {
  name: NAME,
  async load(): Promise<(text: string) => readonly unknown[]> {
    return ((await import(NAME)) as { readonly default: (text: string) => readonly unknown[] }).default;
  },
};
