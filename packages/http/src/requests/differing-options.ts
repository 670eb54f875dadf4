/** Options that hold for every instrumentation of a request: what one leaves out, all leave out. */
const SHARED: ReadonlySet<string> = new Set(['registry', 'skip', 'onError', 'path', 'scrape']);

type Options = Readonly<Record<string, unknown>>;

/**
 * Returns the names of the options for recordings that are given and that other options do not equal: they have no effect if
 * the others record.
 */
export function differingOptions(options: object, others: object): string[] {
  return Object.keys(options).filter(
    (name) => !SHARED.has(name) && !isEqualOption((options as Options)[name], (others as Options)[name]),
  );
}

/** True if no option for recordings is given. */
export function hasDefaultsOnly(options: object): boolean {
  return differingOptions(options, {}).length === 0;
}

/** Returns the names of all options that two calls give differently. */
export function changedOptions(options: object, others: object): string[] {
  const names = new Set([...Object.keys(options), ...Object.keys(others)]);
  return [...names].filter((name) => !isEqualOption((options as Options)[name], (others as Options)[name]));
}

/** Compares plain data by value, and all other things by identity. An option that is missing equals `undefined`. */
export function isEqualOption(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b);
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqualOption((a as Options)[key], (b as Options)[key]))
  );
}

function isPlain(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
