import type { EscapingScheme, MetricFamily } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import { CompositeLines } from './composite-lines.ts';
import type { Dialect } from './dialect.ts';
import { HistogramLines } from './histogram-lines.ts';
import { ScalarLines } from './scalar-lines.ts';
import { type FamilyLines, writeTail } from './series-lines.ts';
import { StateSetLines } from './state-set-lines.ts';
import { SummaryLines } from './summary-lines.ts';

const LINE_FEED = 0x0a;

/** Returns the lines of a family in a text format. */
export function linesOf(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme): FamilyLines {
  const { kind } = family.layout;
  if (dialect.composite && (kind === 'classic' || kind === 'quantile')) {
    return new CompositeLines(family, dialect, escaping);
  }
  if (kind === 'classic') return new HistogramLines(family, dialect, escaping);
  if (kind === 'quantile') return new SummaryLines(family, dialect, escaping);
  if (kind === 'state') return new StateSetLines(family, dialect, escaping);
  return new ScalarLines(family, dialect, escaping);
}

/** Writes the lines of the series from `start` (inclusive) to `end` (exclusive). */
export function writeLines(sink: ByteSink, lines: FamilyLines, start: number, end: number): void {
  for (let row = start; row < end; row++) {
    lines.select(row);
    for (let line = 0; line < lines.perSeries; line++) {
      const tail = lines.tail(line);
      if (tail === undefined) continue;
      lines.writePrefix(sink, line);
      writeTail(sink, tail);
      sink.byte(LINE_FEED);
    }
  }
}
