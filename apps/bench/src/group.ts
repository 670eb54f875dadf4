import type { ClockName } from './clock.ts';

/** Duration and size of the measurements of a run. */
export interface Settings {
  /** Clock of the measurements. */
  readonly clock: ClockName;
  /** Minimum duration of one timed measurement. */
  readonly roundMs: number;
  /** Duration of the warm-up of a contestant before its first measurement. */
  readonly warmUpMs: number;
  /** Number of series in rows with many series. */
  readonly series: number;
}

/** Running contestant, alone in its process. */
export interface Sampler {
  /** Measures once, in the unit of the row. */
  sample(): Promise<number>;
  /** @throws unless the contestant has done all operations, according to its own API */
  check(): Promise<void>;
}

/** Contestant of a row. */
export interface Contestant {
  readonly name: string;
  /** Loads the library and prepares the measurement, in a process without any other contestant. */
  start(settings: Settings): Promise<Sampler>;
}

/** Expected result of a row's first contestant. Other contestants are given by their names in the row. */
export type Target =
  | { readonly kind: 'at-least'; readonly against: string; readonly times: number }
  | { readonly kind: 'within'; readonly against: string; readonly times: number }
  | { readonly kind: 'at-most'; readonly value: number }
  /** Compares the time that the first contestant adds to `over` with the least time that a contestant of `against` adds. */
  | { readonly kind: 'adds'; readonly over: string; readonly against: readonly string[]; readonly times: number };

/** Comparison of contestants. */
export interface Row {
  readonly title: string;
  /** Unit of the numbers. Less is better. */
  readonly unit: string;
  /** Contestants. Promwright is the first; all others are compared with the first. */
  readonly contestants: readonly [Contestant, ...Contestant[]];
  readonly targets: readonly Target[];
  /** Number of measurements per process, for rows whose further measurements would repeat the first. */
  readonly rounds?: number;
  /** Flags of Node for the measurement. */
  readonly nodeFlags?: readonly string[];
}

/** Rows of a file in `groups`, exported as `group`. The name of the file is the name of the group. */
export interface Group {
  readonly title: string;
  /** Returns the rows. The process that prints and the processes that measure must get the same rows. */
  rows(settings: Settings): readonly Row[];
}
