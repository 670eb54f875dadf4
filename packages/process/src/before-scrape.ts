import type { Collector } from '@promwright/model';

/** A collector that shows nothing: it brings other metrics up to date before they are collected. */
export function beforeScrape(run: () => void): Collector {
  return { families: [], prepare: run, collect: () => [] };
}
