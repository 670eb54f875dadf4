import type { EscapingScheme, MetricFamily } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import type { Dialect } from './dialect.ts';
import { formatNumber } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { LinePrefix } from './line-prefix.ts';
import { SeriesLines } from './series-lines.ts';

const VALUE = 0;

/** Counters, gauges, infos and unknowns: one line per series, and a second for the time at which a counter began. */
export class ScalarLines extends SeriesLines implements FamilyLines {
  readonly perSeries: number;
  #prefix: LinePrefix | undefined = undefined;
  #createdPrefix: LinePrefix | undefined = undefined;
  readonly #hasExemplars: boolean;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    const isCounter = family.type === 'counter' && this.name.endsWith('_total');
    this.perSeries = dialect.created && isCounter && family.startMs !== undefined ? 2 : 1;
    this.#hasExemplars = family.type === 'counter' && (isCounter || dialect.composite);
  }

  writePrefix(sink: ByteSink, line: number): void {
    const prefix = line === VALUE ? this.#value() : this.#created();
    if (!this.labelBytes.has(this.row)) {
      prefix.writeBare(sink);
      return;
    }
    // Straight into the sink: there is but one line to put the labels into.
    prefix.writeOpen(sink);
    this.labelBytes.write(sink, this.row);
    prefix.writeClose(sink);
  }

  tail(line: number): string | undefined {
    const startMs = this.startMs();
    if (line !== VALUE) return Number.isNaN(startMs) ? undefined : `${startMs / 1000}${this.time()}`;
    const value = formatNumber(this.number(0)) + this.time();
    const start = this.dialect.composite && this.family.type === 'counter' && !Number.isNaN(startMs);
    return value + (start ? ` st@${startMs / 1000}` : '') + (this.#hasExemplars ? this.exemplars(-1) : '');
  }

  #value(): LinePrefix {
    this.#prefix ??= new LinePrefix(this.dialect.sampleName(this.family, this.name));
    return this.#prefix;
  }

  #created(): LinePrefix {
    this.#createdPrefix ??= new LinePrefix(this.name.replace(/_total$/, '_created'));
    return this.#createdPrefix;
  }
}
