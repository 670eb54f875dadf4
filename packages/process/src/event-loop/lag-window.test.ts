import { expect, test } from 'vitest';
import { LagWindow } from './lag-window.ts';

test('LagWindow keeps the values of the window and forgets them by time alone', () => {
  const window = new LagWindow(60_000);
  window.record(0.5, 1, 0);
  window.record(0.1, 3, 30_000);

  const maxima = [0, 30_000, 60_000, 69_999, 70_000, 99_999, 100_000].map((nowMs) => window.summary(nowMs)?.max);

  expect(maxima).toEqual([0.5, 0.5, 0.5, 0.5, 0.1, 0.1, undefined]);
});

test('reading a LagWindow changes nothing', () => {
  const window = new LagWindow(60_000);
  for (let i = 1; i <= 100; i++) window.record(i / 1000, 1, i);

  const [first, second] = [window.summary(200), window.summary(200)].map((summary) => ({
    ...summary,
    p99: summary!.quantile(0.99),
  }));

  expect({ ...second, quantile: 0 }).toEqual({ ...first, quantile: 0 });
});

test('LagWindow computes exact moments, and quantiles within two per cent', () => {
  const window = new LagWindow(60_000);
  const values = Array.from({ length: 1000 }, (_, i) => 0.0001 * (i + 1) ** 1.3);
  for (const [i, value] of values.entries()) window.record(value, 1, i * 55);

  const summary = window.summary(1000 * 55)!;

  const mean = values.reduce((a, b) => a + b) / 1000;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1000;
  expect(summary.min).toBe(values[0]);
  expect(summary.max).toBe(values[999]);
  expect(summary.mean).toBeCloseTo(mean, 12);
  expect(summary.stddev).toBeCloseTo(Math.sqrt(variance), 9);
  for (const part of [0.01, 0.5, 0.9, 0.99, 1]) {
    const exact = values[Math.ceil(part * 1000) - 1]!;
    expect(Math.abs(summary.quantile(part) / exact - 1)).toBeLessThan(0.02);
  }
});

test('LagWindow counts a value as often as it occurred', () => {
  const window = new LagWindow(6000);
  window.record(0.01, 9, 0);
  window.record(1, 1, 0);

  const summary = window.summary(0)!;

  expect(summary.mean).toBeCloseTo(0.109, 12);
  expect(summary.quantile(0.9)).toBeCloseTo(0.01, 3);
  expect(Math.abs(summary.quantile(0.91) - 1)).toBeLessThan(0.02);
});

test('an empty LagWindow has no summary, and never a NaN', () => {
  const window = new LagWindow(6000);

  expect(window.summary(0)).toBeUndefined();
  expect(window.summary(1e9)).toBeUndefined();
});

test('quantiles of a LagWindow without delays are zero', () => {
  const window = new LagWindow(6000);
  window.record(0, 5, 0);

  const summary = window.summary(0)!;

  expect([summary.min, summary.max, summary.stddev, summary.quantile(0.99)]).toEqual([0, 0, 0, 0]);
});
