/** Units by the base unit to use instead. */
const BASES: Readonly<Record<string, readonly string[]>> = {
  amperes: ['amperes'],
  bytes: ['bytes', 'bits'],
  celsius: ['celsius', 'fahrenheit', 'rankine'],
  grams: ['grams', 'pounds', 'ounces'],
  joules: ['joules', 'calories'],
  kelvin: ['kelvin', 'kelvins'],
  meters: ['meters', 'inches', 'yards', 'miles'],
  metres: ['metres'],
  seconds: ['seconds', 'minutes', 'hours', 'days', 'weeks'],
  volts: ['volts'],
};

const BASE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(BASES).flatMap(([base, units]) => units.map((unit): [string, string] => [unit, base])),
);

// promlint has "mibi" instead of "mebi". Repeated here, to report the same problems.
const PREFIX = /^(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mibi|giga|gibi|tera|tebi|peta|pebi)/;

/** Abbreviations of units that promlint reports as parts of a name. */
export const ABBREVIATIONS: readonly string[] = [
  ...['s', 'ms', 'us', 'ns', 'sec', 'm', 'h', 'd'],
  ...['b', 'kb', 'mb', 'gb', 'tb', 'pb'],
];

/** Returns the first part of a name that is a unit, with or without a prefix, and the base unit to use instead. */
export function unitIn(name: string): { readonly unit: string; readonly base: string } | undefined {
  for (const unit of name.split('_')) {
    const base = BASE_OF.get(unit) ?? BASE_OF.get(unit.replace(PREFIX, ''));
    if (base !== undefined) return { unit, base };
  }
  return undefined;
}

/** Returns true for a base unit, which names should have. */
export function isBaseUnit(word: string): boolean {
  return BASE_OF.get(word) === word;
}
