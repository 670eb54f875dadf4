import type { Settings } from './group.ts';

/** Contestant for a process to run. */
export interface Assignment {
  readonly group: string;
  /** Title of the row. */
  readonly row: string;
  /** Position of the contestant in the row. */
  readonly contestant: number;
  readonly settings: Settings;
}

/** Message to a process, after its message that it is ready. */
export type Request = 'sample' | 'check';

/** Reply of a process: the measurement, if the message asked for a measurement. */
export type Answer = { readonly value: number } | { readonly done: true } | { readonly error: string };
