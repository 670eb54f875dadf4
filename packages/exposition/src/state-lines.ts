import type { EscapingScheme, MetricFamily, StateLayout } from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { escapeLabelValue, formatNumber } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { formatLabelName } from './label-bytes.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries } from './series-lines.ts';

/** State sets: a line per state, told apart by a label that is named as the family. */
export class StateLines extends MultiLineSeries implements FamilyLines {
  readonly perSeries: number;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    this.perSeries = (family.layout as StateLayout).states.length;
  }

  protected prefixes(): LinePrefix[] {
    const label = formatLabelName(this.family.name, this.escaping);
    return (this.family.layout as StateLayout).states.map(
      (state) => new LinePrefix(this.name, formatLabelPair(label, escapeLabelValue(state))),
    );
  }

  tail(line: number): string {
    return formatNumber(this.number(line)) + this.time();
  }
}
