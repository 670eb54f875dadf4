import { expect, test } from 'vitest';
import { rotation } from './rotation.ts';

test('rotation gives every contestant every place once in a cycle', () => {
  const rounds = [0, 1, 2].map((round) => rotation(3, round));

  expect(rounds).toEqual([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
  ]);
});

test('rotation reverses every other cycle', () => {
  const rounds = [3, 4, 5].map((round) => rotation(3, round));

  expect(rounds).toEqual([
    [2, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
  ]);
});
