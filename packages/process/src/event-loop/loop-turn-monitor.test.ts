import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LoopTurnMonitor } from './loop-turn-monitor.ts';

/** Blocks the event loop. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function startMonitor(intervalMs: number) {
  const reported: (readonly [seconds: number, times: number])[] = [];
  const monitor = LoopTurnMonitor.start(intervalMs, (seconds, times) => reported.push([seconds, times]));
  const late = () => reported.map(([seconds]) => seconds).filter((seconds) => seconds > 0.05);
  const samples = () => reported.reduce((sum, [, times]) => sum + times, 0);
  return { monitor: monitor!, late, samples };
}

test('LoopTurnMonitor reports a sample without delay for every interval of waiting', async () => {
  const { monitor, samples } = startMonitor(10);
  const startMs = performance.now();
  await delay(200);
  monitor.drain();
  const passed = performance.now() - startMs;
  monitor.stop();
  // Fewer if the machine delayed a turn.
  expect(samples()).toBeGreaterThan(5);
  expect(samples()).toBeLessThanOrEqual(passed / 10 + 1);
});

test.each([
  ['a timer', (done: () => void) => void setTimeout(done, 20)],
  ['an immediate', (done: () => void) => void setImmediate(done)],
  ['a promise', (done: () => void) => void Promise.resolve().then(done)],
])('LoopTurnMonitor reports one late sample for a turn blocked by %s', async (_by, when) => {
  const { monitor, late } = startMonitor(10);
  await new Promise<void>((resolve) => {
    when(() => {
      block(120);
      resolve();
    });
  });
  await delay(20);
  monitor.stop();
  expect(late()).toHaveLength(1);
  expect(late()[0]).toBeGreaterThan(0.109);
});

test('LoopTurnMonitor reports the current turn at its end, or at stop()', async () => {
  const { monitor, late } = startMonitor(10);
  await delay(20);
  block(100);
  monitor.drain();
  expect(late()).toEqual([]);
  block(100);
  monitor.stop();
  expect(late()).toHaveLength(1);
  expect(late()[0]).toBeGreaterThan(0.189);
});

test('LoopTurnMonitor reports nothing after stop()', async () => {
  const { monitor, samples } = startMonitor(10);
  await delay(50);
  monitor.stop();
  const before = samples();
  await delay(50);
  expect(samples()).toBe(before);
});
