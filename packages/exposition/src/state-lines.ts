import type { EscapingScheme, MetricFamily, StateLayout } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import type { Dialect } from './dialect.ts';
import { escapeLabelValue, numberText } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { labelNameText } from './label-bytes.ts';
import { LinePrefix, ownLabel } from './line-prefix.ts';
import { SeveralLines } from './series-lines.ts';

/** State sets: a line per state, told apart by a label that is named as the family. */
export class StateLines extends SeveralLines implements FamilyLines {
  readonly perSeries: number;
  readonly #prefixes: readonly LinePrefix[];

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    const label = labelNameText(family.name, escaping);
    this.#prefixes = (family.layout as StateLayout).states.map(
      (state) => new LinePrefix(this.name, ownLabel(label, escapeLabelValue(state))),
    );
    this.perSeries = this.#prefixes.length;
  }

  writePrefix(sink: ByteSink, line: number): void {
    this.#prefixes[line]!.write(sink, this.labels);
  }

  tail(line: number): string {
    return numberText(this.number(line)) + this.time();
  }
}
