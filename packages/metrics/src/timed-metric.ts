import { Metric } from './metric.ts';
import type { Labels, WithLabels } from './metric-options.ts';
import { Series } from './series/series.ts';
import { startStopwatch, timed } from './stopwatch.ts';
import { type Timer, timerOf } from './timer.ts';

/** Handle of a series that can record durations, in seconds. */
export abstract class TimedSeries<E = unknown> extends Series<E> {
  /**
   * Starts a timer. Calling the timer records the seconds since the start, and returns them. With `using`, the timer is
   * called at the end of the block, unless it was called before.
   */
  startTimer(): Timer<[]> {
    const stopwatch = startStopwatch();
    return timerOf(() => {
      const seconds = stopwatch();
      this.recordDuration(seconds);
      return seconds;
    });
  }

  /**
   * Runs a function and records the seconds until it returns or throws; if it returns a promise, until the promise settles.
   * Returns the result of the function.
   */
  time<R>(run: () => R): R {
    return timed(run, (seconds) => this.recordDuration(seconds));
  }

  protected abstract recordDuration(seconds: number): void;
}

/** Metric whose series can record durations, in seconds. */
export abstract class TimedMetric<L extends string, S extends TimedSeries<E>, E = unknown> extends Metric<L, S, E> {
  /**
   * Starts a timer. Calling the timer records the seconds since the start, and returns them; labels given to the timer
   * complete these labels. With `using`, the timer is called at the end of the block, unless it was called before.
   */
  startTimer(labels?: Partial<Labels<L>>): Timer<[labels?: Partial<Labels<L>>]> {
    // A copy, because the caller may change its object meanwhile.
    const started = { ...labels };
    const stopwatch = startStopwatch();
    return timerOf((rest?: Partial<Labels<L>>) => {
      const seconds = stopwatch();
      this.recordDuration({ ...started, ...rest } as Labels<L>, seconds);
      return seconds;
    });
  }

  /**
   * Runs a function and records the seconds until it returns or throws; if it returns a promise, until the promise settles.
   * Returns the result of the function.
   */
  time<R>(...args: WithLabels<L, [run: () => R]>): R;
  time<R>(first: Labels<string> | (() => R), second?: () => R): R {
    const [labels, run] = typeof first === 'function' ? [{}, first] : [first, second as () => R];
    // The series is looked up first, so that wrong labels are refused before anything runs.
    return this.labels(labels as Labels<L>).time(run);
  }

  protected abstract recordDuration(labels: Labels<L>, seconds: number): void;
}
