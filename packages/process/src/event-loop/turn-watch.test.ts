import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TurnWatch } from './turn-watch.ts';

/** Holds the event loop. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function watched(intervalMs: number) {
  const told: (readonly [seconds: number, times: number])[] = [];
  const watch = TurnWatch.start(intervalMs, (seconds, times) => told.push([seconds, times]));
  const late = () => told.map(([seconds]) => seconds).filter((seconds) => seconds > 0.05);
  const samples = () => told.reduce((sum, [, times]) => sum + times, 0);
  return { watch: watch!, late, samples };
}

test('waiting is a sample on time for every interval', async () => {
  const { watch, samples } = watched(10);
  const startMs = performance.now();
  await delay(200);
  watch.drain();
  const passed = performance.now() - startMs;
  watch.stop();
  // Fewer where the machine held up a turn.
  expect(samples()).toBeGreaterThan(5);
  expect(samples()).toBeLessThanOrEqual(passed / 10 + 1);
});

test.each([
  ['a timer', (done: () => void) => void setTimeout(done, 20)],
  ['an immediate', (done: () => void) => void setImmediate(done)],
  ['a promise', (done: () => void) => void Promise.resolve().then(done)],
])('a turn that was held by %s is one late sample', async (_by, when) => {
  const { watch, late } = watched(10);
  await new Promise<void>((resolve) => {
    when(() => {
      block(120);
      resolve();
    });
  });
  await delay(20);
  watch.stop();
  expect(late()).toHaveLength(1);
  expect(late()[0]).toBeGreaterThan(0.109);
});

test('the present turn is told of when it is over, or when the watch is', async () => {
  const { watch, late } = watched(10);
  await delay(20);
  block(100);
  watch.drain();
  expect(late()).toEqual([]);
  block(100);
  watch.stop();
  expect(late()).toHaveLength(1);
  expect(late()[0]).toBeGreaterThan(0.189);
});

test('a watch that was stopped tells nothing any more', async () => {
  const { watch, samples } = watched(10);
  await delay(50);
  watch.stop();
  const before = samples();
  await delay(50);
  expect(samples()).toBe(before);
});
