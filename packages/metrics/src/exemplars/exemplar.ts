import {
  describeValue,
  type Exemplar,
  formatLabelValue,
  isClassicLabelName,
  isLabelObject,
  type Label,
  type LabelValue,
  rangeError,
  typeError,
} from '@promwright/model';
import type { SeriesTable } from '../series/series-table.ts';

/** Labels of an exemplar: free, independent of the metric's labels; usually `trace_id` and `span_id`. */
export type ExemplarLabels = Readonly<Record<string, LabelValue>>;

/** Limit of the code points of all label names and values of an exemplar together (OpenMetrics 1.0, "Exemplars"). */
const MAX_CODE_POINTS = 128;

/**
 * Returns the exemplar of an observation, with the present time; `undefined` without exemplar labels. Wrong labels are reported,
 * and cost only the exemplar: the observation counts.
 */
export function exemplarOf(
  table: Pick<SeriesTable, 'metric' | 'reportInvalid'>,
  exemplarLabels: ExemplarLabels | undefined,
  observed: number,
): Exemplar | undefined {
  if (exemplarLabels === undefined) return undefined;
  try {
    return makeExemplar(table.metric, exemplarLabels, observed);
  } catch (error) {
    table.reportInvalid(error);
    return undefined;
  }
}

/**
 * Checks the labels of an exemplar and returns the exemplar, with the present time.
 * @throws with code `INVALID_EXEMPLAR`
 */
function makeExemplar(metric: string, exemplarLabels: ExemplarLabels, observed: number): Exemplar {
  if (!isLabelObject(exemplarLabels)) {
    throw typeError(
      'INVALID_EXEMPLAR',
      `An exemplar of metric "${metric}" must be an object of labels; got ${describeValue(exemplarLabels)}`,
    );
  }
  const labels: Label[] = [];
  let length = 0;
  for (const [name, raw] of Object.entries(exemplarLabels)) {
    if (!isClassicLabelName(name)) {
      throw rangeError(
        'INVALID_EXEMPLAR',
        `A label name of an exemplar of metric "${metric}" must begin with a letter or "_" and contain only letters, digits and "_"; got ${describeValue(name)}`,
      );
    }
    const value = formatLabelValue(raw, name, metric);
    length += name.length + codePoints(value);
    labels.push({ name, value });
  }
  if (length > MAX_CODE_POINTS) {
    throw rangeError(
      'INVALID_EXEMPLAR',
      `Labels of an exemplar of metric "${metric}" must have at most ${MAX_CODE_POINTS} characters together; got ${length}`,
    );
  }
  return { labels, value: observed, timestampMs: Date.now() };
}

function codePoints(value: string): number {
  if (value.length <= 16) return [...value].length;
  // Each low surrogate is the second unit of a code point beyond U+FFFF.
  let count = value.length;
  for (let i = 0; i < value.length; i++) if ((value.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}
