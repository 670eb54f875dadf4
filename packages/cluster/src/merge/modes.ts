import type { MergeMode, MetricFamily } from '@promwright/model';

/** Ways to combine the numbers of one series of several members. */
export type Operation = 'sum' | 'min' | 'max' | 'avg' | 'newest';

/** Meaning of a merge mode. */
export interface Combination {
  readonly operation: Operation;
  /** True if members that have ended do not count. */
  readonly isLiveOnly: boolean;
  /** True if each member has a separate series. */
  readonly isApart: boolean;
}

const combination = (operation: Operation, isLiveOnly: boolean, isApart = false): Combination => ({
  operation,
  isLiveOnly,
  isApart,
});

const COMBINATIONS: Readonly<Record<MergeMode, Combination>> = {
  all: combination('sum', false, true),
  liveall: combination('sum', true, true),
  sum: combination('sum', false),
  livesum: combination('sum', true),
  min: combination('min', false),
  livemin: combination('min', true),
  max: combination('max', false),
  livemax: combination('max', true),
  // An average with members of the past would need their number, for ever.
  avg: combination('avg', true),
  mostrecent: combination('newest', false),
  livemostrecent: combination('newest', true),
};

/** Returns the way to combine a family, by its merge mode or, without a mode, its type. */
export function combinationOf({ merge, type }: MetricFamily): Combination {
  // The mode of a foreign family may be any string.
  const found = COMBINATIONS[merge ?? defaultMode(type)] ?? COMBINATIONS[defaultMode(type)];
  // Two gauges of one member, such as of a process number that was used again, are no sum.
  return found.isApart && type === 'gauge' ? { ...found, operation: 'newest' } : found;
}

function defaultMode(type: MetricFamily['type']): MergeMode {
  switch (type) {
    case 'counter':
    case 'histogram':
    case 'summary':
      return 'sum';
    case 'info':
    case 'stateset':
      return 'livemostrecent';
    default:
      return 'livesum';
  }
}
