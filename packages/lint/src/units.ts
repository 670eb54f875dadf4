/** Units by the base unit that stands for them. */
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

// promlint says "mibi" where it means "mebi", and so must we to say the same.
const PREFIX = /^(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mibi|giga|gibi|tera|tebi|peta|pebi)/;

/** Parts of a name that abbreviate a unit, as promlint knows them. */
export const ABBREVIATIONS: readonly string[] = [
  ...['s', 'ms', 'us', 'ns', 'sec', 'm', 'h', 'd'],
  ...['b', 'kb', 'mb', 'gb', 'tb', 'pb'],
];

/** The first part of a name that is a unit, with or without a prefix, and the base unit that it should be. */
export function unitIn(name: string): { readonly unit: string; readonly base: string } | undefined {
  for (const unit of name.split('_')) {
    const base = BASE_OF.get(unit) ?? BASE_OF.get(unit.replace(PREFIX, ''));
    if (base !== undefined) return { unit, base };
  }
  return undefined;
}

/** Whether this is a unit that names should have. */
export function isBaseUnit(word: string): boolean {
  return BASE_OF.get(word) === word;
}
