import type { EscapingScheme, MetricFamily } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import { ClassicLines } from './classic-lines.ts';
import { CompositeLines } from './composite-lines.ts';
import type { Dialect } from './dialect.ts';
import { QuantileLines } from './quantile-lines.ts';
import { ScalarLines } from './scalar-lines.ts';
import { StateLines } from './state-lines.ts';

/**
 * How a family is written as lines, one series at a time. A line is a prefix, which stays as long as the series exists, and a
 * tail with what changes: its value, and what belongs to that.
 */
export interface FamilyLines {
  /** What precedes the lines. */
  readonly head: string;
  /** How many lines each series has; where a tail is missing there is one less. */
  readonly perSeries: number;
  /** Turns to a series, whose tails are then asked for in order. */
  select(row: number): void;
  /** Writes everything before the value. */
  writePrefix(sink: ByteSink, line: number): void;
  /** The value and what follows it, without the line feed; nothing if the series has no such line. */
  tail(line: number): string | undefined;
}

const LINE_FEED = 0x0a;

/** The lines of a family in a dialect. */
export function linesOf(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme): FamilyLines {
  const { kind } = family.layout;
  if (dialect.composite && (kind === 'classic' || kind === 'quantile')) {
    return new CompositeLines(family, dialect, escaping);
  }
  if (kind === 'classic') return new ClassicLines(family, dialect, escaping);
  if (kind === 'quantile') return new QuantileLines(family, dialect, escaping);
  if (kind === 'state') return new StateLines(family, dialect, escaping);
  return new ScalarLines(family, dialect, escaping);
}

/** Writes the lines of the series from `start` up to, but without, `end`. */
export function writeLines(sink: ByteSink, lines: FamilyLines, start: number, end: number): void {
  for (let row = start; row < end; row++) {
    lines.select(row);
    for (let line = 0; line < lines.perSeries; line++) {
      const tail = lines.tail(line);
      if (tail === undefined) continue;
      lines.writePrefix(sink, line);
      sink.characters(tail);
      sink.byte(LINE_FEED);
    }
  }
}
