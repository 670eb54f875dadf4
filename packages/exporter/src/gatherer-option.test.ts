import { familyFromRows, type Gatherer } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { checkGatherers, readGathererOption } from './gatherer-option.ts';

function gathererOf(name: string): Gatherer {
  return { gather: async () => [familyFromRows({ name, type: 'gauge', rows: [{ value: 1 }] })] };
}

describe('an option that takes gatherers', () => {
  test('gives nothing where it was left out', () => {
    expect(readGathererOption('registry', undefined)).toBe(undefined);
  });

  test('gives one gatherer as it is, also from an array', () => {
    const one = gathererOf('a');

    expect(readGathererOption('registry', one)).toBe(one);
    expect(readGathererOption('registry', [one])).toBe(one);
  });

  test('gives several as one', async () => {
    const families = await readGathererOption('registry', [gathererOf('a'), gathererOf('b')])!.gather();

    expect(families.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('gives all that it holds where they are only checked', () => {
    const one = gathererOf('a');
    const other = gathererOf('b');

    const held = [one, [one], [one, other]].map((value) => checkGatherers('registry', value));

    expect(held).toEqual([[one], [one], [one, other]]);
  });

  test.each<[value: unknown, name: string, message: string]>([
    [null, 'TypeError', 'Option "gatherer" must have a method "gather"; got null'],
    [{}, 'TypeError', 'Option "gatherer" must have a method "gather"; got an object'],
    [{ gather: 1 }, 'TypeError', 'Option "gatherer" must have a method "gather"; got an object'],
    [[gathererOf('a'), undefined], 'TypeError', 'Option "gatherer" must have a method "gather"; got undefined'],
    [[[gathererOf('a')]], 'TypeError', 'Option "gatherer" must have a method "gather"; got an array of 1'],
    [[], 'RangeError', 'Option "gatherer" must hold at least one gatherer; got an array of 0'],
  ])('refuses %j', (value, name, message) => {
    const error = expect.objectContaining({ name, code: 'INVALID_OPTION', message });

    expect(() => readGathererOption('gatherer', value)).toThrow(error);
    expect(() => checkGatherers('gatherer', value)).toThrow(error);
  });
});
