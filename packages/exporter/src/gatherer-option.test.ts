import { familyFromRows, type Gatherer } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { checkGatherers, readGathererOption } from './gatherer-option.ts';

function gathererOf(name: string): Gatherer {
  return { gather: async () => [familyFromRows({ name, type: 'gauge', rows: [{ value: 1 }] })] };
}

describe('readGathererOption', () => {
  test('returns undefined for an omitted option', () => {
    expect(readGathererOption('registry', undefined)).toBe(undefined);
  });

  test('returns a single gatherer unchanged, also from an array', () => {
    const one = gathererOf('a');

    expect(readGathererOption('registry', one)).toBe(one);
    expect(readGathererOption('registry', [one])).toBe(one);
  });

  test('merges several gatherers into one', async () => {
    const families = await readGathererOption('registry', [gathererOf('a'), gathererOf('b')])!.gather();

    expect(families.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('has a variant without merging, checkGatherers, which returns all gatherers', () => {
    const one = gathererOf('a');
    const other = gathererOf('b');

    const gatherers = [one, [one], [one, other]].map((value) => checkGatherers('registry', value));

    expect(gatherers).toEqual([[one], [one], [one, other]]);
  });

  test.each<[value: unknown, name: string, message: string]>([
    [null, 'TypeError', 'Option "gatherer" must have a method "gather"; got null'],
    [{}, 'TypeError', 'Option "gatherer" must have a method "gather"; got an object'],
    [{ gather: 1 }, 'TypeError', 'Option "gatherer" must have a method "gather"; got an object'],
    [[gathererOf('a'), undefined], 'TypeError', 'Option "gatherer" must have a method "gather"; got undefined'],
    [[[gathererOf('a')]], 'TypeError', 'Option "gatherer" must have a method "gather"; got an array of 1'],
    [[], 'RangeError', 'Option "gatherer" must hold at least one gatherer; got an array of 0'],
  ])('rejects %j', (value, name, message) => {
    const error = expect.objectContaining({ name, code: 'INVALID_OPTION', message });

    expect(() => readGathererOption('gatherer', value)).toThrow(error);
    expect(() => checkGatherers('gatherer', value)).toThrow(error);
  });
});
