import type { EscapingScheme, MetricFamily, StateLayout } from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { escapeLabelValue, numberText } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { labelNameText } from './label-bytes.ts';
import { LinePrefix, ownLabel } from './line-prefix.ts';
import { SeveralLines } from './series-lines.ts';

/** State sets: a line per state, told apart by a label that is named as the family. */
export class StateLines extends SeveralLines implements FamilyLines {
  readonly perSeries: number;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    this.perSeries = (family.layout as StateLayout).states.length;
  }

  protected prefixes(): LinePrefix[] {
    const label = labelNameText(this.family.name, this.escaping);
    return (this.family.layout as StateLayout).states.map(
      (state) => new LinePrefix(this.name, ownLabel(label, escapeLabelValue(state))),
    );
  }

  tail(line: number): string {
    return numberText(this.number(line)) + this.time();
  }
}
