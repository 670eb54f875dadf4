import type { ClockName } from './clock.ts';

/** How long and how large the measurements of a run are. */
export interface Settings {
  /** What time is read from. */
  readonly clock: ClockName;
  /** How long one timed measurement lasts at least. */
  readonly roundMs: number;
  /** How long a contestant runs before it is first measured. */
  readonly warmUpMs: number;
  /** Series of the rows with many. */
  readonly series: number;
}

/** A contestant at work, alone in its process. */
export interface Sampler {
  /** One measurement, in the unit of the row. */
  sample(): Promise<number>;
  /** @throws unless the contestant, asked through its own API, has done all that it was told to do */
  check(): Promise<void>;
}

/** One of those that a row compares. */
export interface Contestant {
  readonly name: string;
  /** Loads the library and prepares what is measured. Runs in a process in which no other contestant is loaded. */
  start(settings: Settings): Promise<Sampler>;
}

/** What a row is expected to show of its first contestant. Contestants are named as in the row. */
export type Target =
  | { readonly kind: 'at-least'; readonly against: string; readonly times: number }
  | { readonly kind: 'within'; readonly against: string; readonly times: number }
  | { readonly kind: 'at-most'; readonly value: number }
  /** What ours adds to a contestant, beside what the one of several adds that adds least. */
  | { readonly kind: 'adds'; readonly over: string; readonly against: readonly string[]; readonly times: number };

/** One comparison. */
export interface Row {
  readonly title: string;
  /** What the numbers are; less is better. */
  readonly unit: string;
  /** Ours first: all others are compared with it. */
  readonly contestants: readonly [Contestant, ...Contestant[]];
  readonly targets: readonly Target[];
  /** Measurements per process, where more would only repeat the first. */
  readonly rounds?: number;
  /** Flags of Node that the measurement needs. */
  readonly nodeFlags?: readonly string[];
}

/** What a file in `groups` exports as `group`: rows that can be asked for by the name of the file. */
export interface Group {
  readonly title: string;
  /** Must give the same rows in the process that prints and in those that measure. */
  rows(settings: Settings): readonly Row[];
}
