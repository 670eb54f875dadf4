import { describe, expect, test } from 'vitest';
import { hashOf } from './label-hash.ts';

/** Returns the mean number of steps to find a series, of all series in a table that is filled to a third. */
function meanSteps(series: readonly (readonly number[])[]): number {
  const mask = 2 ** Math.ceil(Math.log2(series.length * 2)) - 1;
  const taken = new Uint8Array(mask + 1);
  let steps = 0;
  for (const ids of series) {
    let at = hashOf(Int32Array.from(ids), 0, ids.length) & mask;
    for (steps++; taken[at] === 1; steps++) at = (at + 1) & mask;
    taken[at] = 1;
  }
  return steps / series.length;
}

describe('hashOf', () => {
  test('spreads pairs of ids that a hash without random numbers would put into one run', () => {
    const guess = (hash: number, id: number) => {
      const mixed = Math.imul(hash ^ id, 0x9e3779b1);
      return mixed ^ (mixed >>> 15);
    };
    const chosen: number[][] = [];
    for (let a = 0; chosen.length < 20_000; a++) {
      for (let b = 0; b < 10_000; b++) if ((guess(guess(0, a), b) & 0xffff) < 256) chosen.push([a, b]);
    }

    expect(meanSteps(chosen)).toBeLessThan(20);
  });

  test.each([
    ['one label', (i: number) => [i]],
    ['two equal labels', (i: number) => [i, i]],
    ['two labels', (i: number) => [i % 150, Math.floor(i / 150)]],
    ['three labels', (i: number) => [i % 30, Math.floor(i / 30) % 30, Math.floor(i / 900)]],
    ['ids in steps', (i: number) => [(i % 150) * 64, Math.floor(i / 150) * 64]],
  ])('spreads the ids of %s', (_, idsAt) => {
    expect(meanSteps(Array.from({ length: 20_000 }, (_, i) => idsAt(i)))).toBeLessThan(20);
  });
});
