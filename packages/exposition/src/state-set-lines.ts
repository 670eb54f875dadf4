import { type EscapingScheme, hasNumber, type MetricFamily, type StateLayout } from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { escapeLabelValue } from './escape-text.ts';
import { formatLabelName } from './label-bytes.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries, type Tail } from './series-lines.ts';

/** Lines of a state set: one per state, distinguished by a label named like the family. */
export class StateSetLines extends MultiLineSeries {
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

  tail(line: number): Tail | undefined {
    return hasNumber(this.family, this.row, line) ? this.tailOf(this.number(line)) : undefined;
  }
}
