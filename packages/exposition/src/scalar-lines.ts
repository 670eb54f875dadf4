import type { EscapingScheme, MetricFamily } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import type { Dialect } from './dialect.ts';
import { LinePrefix } from './line-prefix.ts';
import { hasSuffix } from './plan/format-rules.ts';
import { SeriesLines, type Tail } from './series-lines.ts';

const VALUE = 0;

/** Lines of a counter, gauge, info or unknown: the value and, if the dialect has `created`, the start of a counter. */
export class ScalarLines extends SeriesLines {
  readonly perSeries: number;
  #valuePrefix: LinePrefix | undefined = undefined;
  #createdPrefix: LinePrefix | undefined = undefined;
  readonly #hasExemplars: boolean;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    const isCounter = family.type === 'counter' && hasSuffix(this.name, '_total');
    this.perSeries = dialect.created && isCounter && family.startMs !== undefined ? 2 : 1;
    this.#hasExemplars = family.type === 'counter' && (isCounter || dialect.composite);
  }

  writePrefix(sink: ByteSink, line: number): void {
    const prefix = line === VALUE ? this.#value() : this.#created();
    if (!this.labelBytes.has(this.row)) {
      prefix.writeBare(sink);
      return;
    }
    // Labels go straight into the sink: with one line per series, a rendering to reuse would only cost time.
    prefix.writeOpen(sink);
    this.labelBytes.write(sink, this.row);
    prefix.writeClose(sink);
  }

  tail(line: number): Tail | undefined {
    if (line !== VALUE) return this.created();
    return this.tailOf(this.number(0), this.#start() + (this.#hasExemplars ? this.exemplars(-1) : ''));
  }

  #start(): string {
    if (!this.dialect.composite || this.family.type !== 'counter') return '';
    const startMs = this.startMs();
    return Number.isNaN(startMs) ? '' : ` st@${startMs / 1000}`;
  }

  #value(): LinePrefix {
    this.#valuePrefix ??= new LinePrefix(this.name);
    return this.#valuePrefix;
  }

  #created(): LinePrefix {
    this.#createdPrefix ??= new LinePrefix(this.name.replace(/_total$/, '_created'));
    return this.#createdPrefix;
  }
}
