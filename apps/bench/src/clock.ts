/** Kind of clock. `cpu` measures time that the process itself spent; `wall` is for systems whose CPU time is too coarse. */
export type ClockName = 'cpu' | 'wall';

/** Reads nanoseconds from a clock. */
export function readClock(clock: ClockName): number {
  if (clock === 'wall') return performance.now() * 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}

/**
 * Returns the kind of clock to measure with. CPU time of the process excludes time taken by other programs on the machine. But
 * some systems count CPU time in ticks of several milliseconds, too coarse for a measurement of a few milliseconds.
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
