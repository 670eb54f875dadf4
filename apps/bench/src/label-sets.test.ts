import { expect, test } from 'vitest';
import { durationsOverFourDecades, requestDurations } from './durations.ts';
import { fewLabelSets, freshLabelSet, manyLabelSets } from './label-sets.ts';
import { visitingOrder } from './visiting-order.ts';

test('label sets are all different', () => {
  const [few, many] = [fewLabelSets(), manyLabelSets(1000)];

  expect([few, many].map((sets) => new Set(sets.map((set) => JSON.stringify(set))).size)).toEqual([180, 1000]);
  expect(many.map((_, i) => freshLabelSet(i))).toEqual(many);
});

test('visitingOrder contains every index', () => {
  const order = visitingOrder(180);

  expect(order.length).toBe(4096);
  expect([...new Set(order)].sort((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, i) => i));
});

test('durations have the documented distribution and are the same in every run', () => {
  const [requests, decades] = [requestDurations(), durationsOverFourDecades()];
  const usual = requests.filter((seconds) => seconds >= 0.01 && seconds <= 0.15).length / requests.length;
  const perDecade = [0.001, 0.01, 0.1, 1].map(
    (from) => decades.filter((seconds) => seconds >= from && seconds < from * 10).length / decades.length,
  );

  expect(usual).toBeGreaterThan(0.7);
  for (const share of perDecade) expect(share).toBeCloseTo(0.25, 1);
  expect(requestDurations()).toEqual(requests);
});
