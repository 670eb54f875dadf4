import {
  describeValue,
  type Exemplar,
  formatLabelValue,
  isClassicLabelName,
  type Label,
  type LabelValue,
  rangeError,
  typeError,
} from '@promwright/model';

/** Labels of an exemplar: free, not the metric's own; usually `trace_id` and `span_id`. */
export type ExemplarLabels = Readonly<Record<string, LabelValue>>;

/** What all names and values of an exemplar may add up to (OpenMetrics 1.0, "Exemplars"). */
const MAX_CODE_POINTS = 128;

/**
 * Checks an exemplar's labels and makes the exemplar.
 * @throws with code `INVALID_EXEMPLAR`, before anything is counted
 */
export function makeExemplar(metric: string, exemplarLabels: ExemplarLabels, value: number): Exemplar {
  if (typeof exemplarLabels !== 'object' || exemplarLabels === null || Array.isArray(exemplarLabels)) {
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
        `A label name of an exemplar of metric "${metric}" must begin with a letter or "_" and hold only those and digits; got ${describeValue(name)}`,
      );
    }
    const text = formatLabelValue(raw, name, metric);
    length += name.length + codePoints(text);
    labels.push({ name, value: text });
  }
  if (length > MAX_CODE_POINTS) {
    throw rangeError(
      'INVALID_EXEMPLAR',
      `Labels of an exemplar of metric "${metric}" must have at most ${MAX_CODE_POINTS} characters together; got ${length}`,
    );
  }
  return { labels, value, timestampMs: Date.now() };
}

function codePoints(text: string): number {
  // No text has more code points than units, so most need no counting.
  if (text.length <= 16) return [...text].length;
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}
