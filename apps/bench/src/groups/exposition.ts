import type { Group } from '../group.ts';
import {
  keptBytesRow,
  longestSliceRow,
  protobufRow,
  type ScrapeKind,
  scrapeRow,
  twoScrapersRow,
} from '../rows/exposition-rows.ts';

/** Cost of writing the response of a scrape. */
export const group: Group = {
  title: 'writing the formats',
  rows({ series }) {
    const counters = `${series.toLocaleString('en')} counter series`;
    const histograms = `${Math.ceil(series / 10).toLocaleString('en')} histogram series x 11 buckets`;
    const manyLines = (series * 10).toLocaleString('en');
    const first: ScrapeKind = { of: 'counters', changed: 0, reuse: false };
    return [
      scrapeRow(`text of ${counters}, first scrape`, first, 5),
      scrapeRow(`text of ${counters}, 1% changed since the last scrape`, { ...first, changed: 0.01, reuse: true }, 12),
      scrapeRow(`text of ${counters}, nothing changed`, { ...first, reuse: true }, 60),
      scrapeRow(`text of ${counters}, all changed`, { ...first, changed: 1, reuse: true }),
      twoScrapersRow(`two scrapes of text of ${counters}, 1% changed before the first`),
      scrapeRow(`text of ${histograms}, first scrape`, { ...first, of: 'histograms' }, 7),
      protobufRow(`protobuf of ${histograms}, beside text`),
      longestSliceRow(`longest hold of the event loop, text of ${manyLines} lines`, false),
      longestSliceRow(`longest hold of the event loop, first text of a process, ${manyLines} lines`, true),
      keptBytesRow(`kept for the next scrape, per byte of text of ${counters}`),
    ];
  },
};
