/** `cpu` is the time that the process itself spent; `wall` is for systems that count it too coarsely. */
export type ClockName = 'cpu' | 'wall';

/** Reads nanoseconds from a clock. */
export function readClock(clock: ClockName): number {
  if (clock === 'wall') return performance.now() * 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}

/**
 * The clock to measure with. Time that the process spent leaves out what other programs on the machine took from it; but
 * some systems count it in ticks of several milliseconds, which is too coarse for a measurement of a few.
 */
export function chooseClock(): ClockName {
  const start = readClock('cpu');
  const deadline = performance.now() + 50;
  let steps = 0;
  for (let last = start; performance.now() < deadline; ) {
    const now = readClock('cpu');
    if (now !== last) steps++;
    last = now;
  }
  return steps > 100 ? 'cpu' : 'wall';
}
