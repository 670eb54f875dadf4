import type { ExemplarLabels } from './exemplars/exemplar.ts';
import { Metric } from './metric.ts';
import type { Labels, WithLabels } from './metric-options.ts';
import { Series } from './series/series.ts';
import { startStopwatch, timed } from './stopwatch.ts';
import { type Timer, timerOf } from './timer.ts';

/**
 * Labels of the exemplar of a duration, or a function that returns them at the end of the measurement; without a result there
 * is no exemplar.
 */
export type TimerExemplar = ExemplarLabels | (() => ExemplarLabels | undefined);

/** Arguments about an exemplar, for metrics that have exemplars. */
export type ExemplarArguments = [exemplar?: TimerExemplar];

/**
 * Handle of a series that can record durations, in seconds.
 *
 * `X` are the arguments about an exemplar: {@link ExemplarArguments}, or none for metrics without exemplars.
 */
export abstract class TimedSeries<E = unknown, X extends [] | ExemplarArguments = []> extends Series<E> {
  /**
   * Starts a timer. Calling the timer records the seconds since the start, and returns them. With `using`, the timer is
   * called at the end of the block, unless it was called before.
   */
  startTimer(): Timer<X> {
    const stopwatch = startStopwatch();
    return timerOf<X>((...[exemplar]: X | []) => {
      const seconds = stopwatch();
      this.record(seconds, exemplar);
      return seconds;
    });
  }

  /**
   * Runs a function and records the seconds until it returns or throws; if it returns a promise, until the promise settles.
   * Returns the result of the function.
   */
  time<R>(run: () => R, ...[exemplar]: X): R {
    return timed(run, (seconds) => this.record(seconds, exemplar));
  }

  protected abstract recordDuration(seconds: number, exemplarLabels: ExemplarLabels | undefined): void;

  private record(seconds: number, exemplar: TimerExemplar | undefined): void {
    try {
      this.recordDuration(seconds, labelsOf(exemplar));
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }
}

/** Metric whose series can record durations, in seconds. For `X`, see {@link TimedSeries}. */
export abstract class TimedMetric<
  L extends string,
  S extends TimedSeries<E, X>,
  E = unknown,
  X extends [] | ExemplarArguments = [],
> extends Metric<L, S, E> {
  /**
   * Starts a timer. Calling the timer records the seconds since the start, and returns them; labels given to the timer
   * complete these labels. With `using`, the timer is called at the end of the block, unless it was called before.
   */
  startTimer(labels?: Partial<Labels<L>>): Timer<[labels?: Partial<Labels<L>>, ...X]> {
    let started: Partial<Labels<L>> | undefined;
    try {
      // A copy, because the caller may change its object meanwhile.
      started = { ...labels };
    } catch (error) {
      this.table.reportInvalid(error);
    }
    const stopwatch = startStopwatch();
    return timerOf<[labels?: Partial<Labels<L>>, ...X]>((rest?: Partial<Labels<L>>, ...[exemplar]: X | []) => {
      const seconds = stopwatch();
      if (started === undefined) return seconds;
      try {
        this.recordDuration({ ...started, ...rest } as Labels<L>, seconds, labelsOf(exemplar));
      } catch (error) {
        this.table.reportInvalid(error);
      }
      return seconds;
    });
  }

  /**
   * Runs a function and records the seconds until it returns or throws; if it returns a promise, until the promise settles.
   * Returns the result of the function.
   */
  time<R>(...args: WithLabels<L, [run: () => R, ...X]>): R;
  time<R>(first: Labels<string> | (() => R), ...rest: unknown[]): R {
    // The series is looked up first, so that wrong labels are reported before anything runs.
    if (typeof first === 'function') return this.labels({} as Labels<L>).time(first, ...(rest as X));
    const [run, ...exemplar] = rest as [() => R, ...X];
    return this.labels(first as Labels<L>).time(run, ...exemplar);
  }

  /** Records a duration. May throw for wrong labels or a wrong exemplar. */
  protected abstract recordDuration(
    labels: Labels<L>,
    seconds: number,
    exemplarLabels: ExemplarLabels | undefined,
  ): void;
}

function labelsOf(exemplar: TimerExemplar | undefined): ExemplarLabels | undefined {
  return typeof exemplar === 'function' ? exemplar() : exemplar;
}
