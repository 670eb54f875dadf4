import type { MetricFamily } from '@promwright/model';
import type { Slot } from './family-slots.ts';

/** Names the samples of one family. */
export interface FamilyPaths {
  /** The path of a series' number; `undefined` if it is to be left out. Asked for the numbers of one series after the other. */
  pathOf(point: number, slot: number): string | undefined;
}

/** How samples are named. */
export interface SeriesPaths {
  /** For one family, whose every series has these numbers. */
  of(family: MetricFamily, slots: readonly Slot[]): FamilyPaths;
}
