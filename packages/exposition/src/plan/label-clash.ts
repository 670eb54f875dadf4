import type { EscapingScheme, MetricFamily } from '@promwright/model';
import { labelNameUnder } from '../escape-text.ts';

/**
 * Returns a label name that the series of a family would have twice as written; `undefined` if there is none. Names may
 * become equal by escaping; a histogram adds `le`, a summary `quantile`, and a state set its own name.
 */
export function labelClash(family: MetricFamily, escaping: EscapingScheme): string | undefined {
  const { constLabels, labelNames, layout } = family;
  const seen = ['__name__'];
  if (layout.kind === 'classic') seen.push('le');
  else if (layout.kind === 'quantile') seen.push('quantile');
  else if (layout.kind === 'state') seen.push(labelNameUnder(family.name, escaping));
  for (let i = 0; i < constLabels.length + labelNames.length; i++) {
    const name = i < constLabels.length ? constLabels[i]!.name : labelNames[i - constLabels.length]!;
    const written = labelNameUnder(name, escaping);
    if (seen.includes(written)) return written;
    seen.push(written);
  }
  return undefined;
}
