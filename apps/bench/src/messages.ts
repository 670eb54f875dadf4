import type { Settings } from './group.ts';

/** Which contestant a process is to be. */
export interface Assignment {
  readonly group: string;
  /** Title of the row. */
  readonly row: string;
  /** Position of the contestant in the row. */
  readonly contestant: number;
  readonly settings: Settings;
}

/** What a process is told, once it has answered that it is ready. */
export type Request = 'sample' | 'check';

/** What it answers: the measurement, if it was asked for one. */
export type Answer = { readonly value: number } | { readonly done: true } | { readonly error: string };
