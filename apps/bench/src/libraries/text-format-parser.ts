/** Package name, typed as `string` so that TypeScript does not resolve the package, which has no types. */
const NAME: string = 'parse-prometheus-text-format';

/** Parses text 0.0.4 into one object per family, with one object per series. Refuses no document. */
export const textFormatParser = {
  name: NAME,
  async load(): Promise<(text: string) => readonly unknown[]> {
    return ((await import(NAME)) as { readonly default: (text: string) => readonly unknown[] }).default;
  },
};
