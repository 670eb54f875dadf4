import { describeValue, rangeError } from './errors.ts';
import type { Exemplar, Layout, MetricFamily, MetricType } from './metric-family.ts';
import { isUtf8Name } from './names.ts';

const KINDS: Readonly<Record<MetricType, Layout['kind']>> = {
  counter: 'scalar',
  gauge: 'scalar',
  info: 'scalar',
  unknown: 'scalar',
  histogram: 'classic',
  gaugehistogram: 'classic',
  summary: 'quantile',
  stateset: 'state',
};

const KIND_NAMES: ReadonlySet<unknown> = new Set(Object.values(KINDS));

/**
 * Checks that the columns of a family fit together: for families of custom collectors. Reads every label id once. The
 * numbers are not checked; a family of type `unknown` may have any layout.
 * @throws RangeError with code `INVALID_FAMILY`
 */
export function checkFamily(family: MetricFamily): void {
  checkDescription(family);
  const { name, type, size, layout } = family;
  if (!Number.isInteger(size) || size < 0) throw invalid(name, 'must have an integer as size', size);
  if (layout?.kind !== KINDS[type] && !(type === 'unknown' && KIND_NAMES.has(layout?.kind)))
    throw invalid(name, `must have a layout of kind ${KINDS[type]}`, layout?.kind);
  checkLayout(name, layout);
  checkLabels(family);
  checkLength(name, 'values', family.values, size * layout.width);
  if (family.absent !== undefined) checkLength(name, 'absent', family.absent, size * layout.width);
  for (const column of ['startMs', 'timestampMs'] as const) {
    if (family[column] !== undefined) checkLength(name, column, family[column], size);
  }
  if (family.exemplars !== undefined) {
    const { offsets, exemplars, buckets } = family.exemplars;
    checkLength(name, 'buckets of its exemplars', buckets ?? [], 0);
    checkOffsets(name, 'exemplars', offsets, size, Math.min(exemplars?.length ?? 0, buckets?.length ?? 0));
    checkExemplars(name, exemplars);
  }
  if (family.native !== undefined) {
    const { schemas, zeroThresholds, zeroCounts } = family.native;
    for (const [what, column] of Object.entries({ schemas, zeroThresholds, zeroCounts })) {
      checkLength(name, what, column, size);
    }
    for (const side of ['positive', 'negative'] as const) {
      const { offsets, indexes, counts } = family.native[side] ?? {};
      checkLength(name, `indexes of its ${side} buckets`, indexes ?? [], 0);
      checkLength(name, `counts of its ${side} buckets`, counts ?? [], 0);
      checkOffsets(name, side, offsets, size, Math.min(indexes?.length ?? 0, counts?.length ?? 0));
    }
  }
}

/**
 * Checks name, type, help and unit of a family, or of the description of a family that a collector declares.
 * @throws RangeError with code `INVALID_FAMILY`
 */
export function checkDescription(family: Pick<MetricFamily, 'name' | 'type' | 'help' | 'unit'>): void {
  if (typeof family !== 'object' || family === null) throw invalid('?', 'must be an object', family);
  const { name, type, help, unit } = family;
  if (typeof name !== 'string' || !isUtf8Name(name))
    throw invalid('?', 'must have a non-empty string of well-formed Unicode as name', name);
  if (!Object.hasOwn(KINDS, type)) throw invalid(name, 'must be of a known type', type);
  if (help !== undefined && typeof help !== 'string') throw invalid(name, 'must have a string as help', help);
  if (unit !== undefined && typeof unit !== 'string') throw invalid(name, 'must have a string as unit', unit);
}

function checkLayout(name: string, layout: Layout): void {
  const { width } = layout;
  const min = minWidth(layout);
  if (!Number.isInteger(width) || width < min) throw invalid(name, `must have a width of at least ${min}`, width);
  if (layout.kind === 'state') checkStates(name, layout.states);
  if (layout.kind !== 'classic' && layout.kind !== 'quantile') return;
  if (layout.kind === 'classic') checkRising(name, 'bucket bounds below +Inf', layout.bounds, Number.POSITIVE_INFINITY);
  else checkRising(name, 'quantiles', layout.quantiles, Number.NaN);
  for (const offset of [layout.sum, layout.count]) {
    if (Number.isInteger(offset) && offset >= -1 && offset < width) continue;
    throw invalid(name, `must have its sum and count at offsets from -1 to ${width - 1}`, offset);
  }
}

/** Returns the smallest valid width of a layout. */
function minWidth(layout: Layout): number {
  if (layout.kind === 'scalar') return 1;
  if (layout.kind === 'classic') return layout.bounds.length + 1;
  return layout.kind === 'quantile' ? layout.quantiles.length : layout.states.length;
}

/** @param excluded number that is not allowed */
function checkRising(name: string, what: string, numbers: Float64Array, excluded: number): void {
  if (!isNumbers(numbers)) throw invalid(name, `must have a typed array of ${what}`, numbers);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if ((i === 0 || number > numbers[i - 1]!) && !Number.isNaN(number) && number !== excluded) continue;
    throw invalid(name, `must have rising ${what}`, number);
  }
}

function checkStates(name: string, states: readonly string[]): void {
  for (const state of states) checkText(name, 'as states', state);
  if (new Set(states).size !== states.length) throw invalid(name, 'must have each state once', states);
}

function checkExemplars(name: string, exemplars: readonly Exemplar[]): void {
  for (const exemplar of exemplars) {
    const { labels, value, timestampMs } = exemplar ?? {};
    const isTime = timestampMs === undefined || typeof timestampMs === 'number';
    if (!Array.isArray(labels) || typeof value !== 'number' || !isTime) {
      throw invalid(name, 'must have exemplars with labels, a number as value and perhaps a number as time', exemplar);
    }
    for (const label of labels) {
      checkText(name, 'as label names of exemplars', label?.name);
      checkText(name, 'as label values of exemplars', label?.value);
    }
  }
}

function checkText(family: string, where: string, text: unknown): void {
  if (typeof text === 'string' && text.isWellFormed()) return;
  throw invalid(family, `must have strings of well-formed Unicode ${where}`, text);
}

function checkLabels({ name, size, constLabels, labelNames, dictionaries, labelIds }: MetricFamily): void {
  for (const [what, list] of Object.entries({ constLabels, labelNames, dictionaries })) {
    if (!Array.isArray(list)) throw invalid(name, `must have an array as ${what}`, list);
  }
  const width = labelNames.length;
  if (dictionaries.length !== width) throw invalid(name, `must have ${width} dictionaries`, dictionaries.length);
  checkLength(name, 'labelIds', labelIds, size * width);
  // Shortcut: most families that a collector builds at each scrape have no labels.
  if (width === 0 && constLabels.length === 0) return;
  const seen = new Set<string>();
  for (const label of constLabels) {
    checkLabelName(name, seen, label.name);
    checkText(name, 'as label values', label.value);
  }
  for (const label of labelNames) checkLabelName(name, seen, label);
  for (const dictionary of dictionaries) {
    for (const value of dictionary) checkText(name, 'as label values', value);
  }
  for (let i = 0; i < size * width; i++) {
    const id = labelIds[i]!;
    if (!Number.isInteger(id) || id < -1 || id >= dictionaries[i % width]!.length)
      throw invalid(name, 'must have label ids from -1 to the last value of the dictionary', id);
  }
}

function checkLabelName(family: string, seen: Set<string>, label: unknown): void {
  if (typeof label !== 'string' || !isUtf8Name(label)) {
    throw invalid(family, 'must have non-empty strings of well-formed Unicode as label names', label);
  }
  if (label === '__name__') throw invalid(family, 'must not have the label of the metric name', label);
  if (seen.has(label)) throw invalid(family, 'must have each label name once', label);
  seen.add(label);
}

function checkLength(name: string, what: string, column: { readonly length: number }, length: number): void {
  if (isNumbers(column) && column.length >= length) return;
  throw invalid(name, `must have a typed array of at least ${length} elements as ${what}`, column?.length);
}

/** True for a typed array whose elements are numbers; those of a `BigInt64Array` are none. */
function isNumbers(column: unknown): boolean {
  return ArrayBuffer.isView(column) && typeof (column as Float64Array)[0] !== 'bigint';
}

function checkOffsets(name: string, what: string, offsets: Int32Array | undefined, size: number, end: number): void {
  if (offsets === undefined) throw invalid(name, `must have offsets of its ${what}`, offsets);
  checkLength(name, `offsets of its ${what}`, offsets, size + 1);
  for (let i = 0; i <= size; i++) {
    if (Number.isInteger(offsets[i]) && offsets[i]! >= (offsets[i - 1] ?? 0) && offsets[i]! <= end) continue;
    throw invalid(name, `must have offsets of its ${what} that never fall and end at most at ${end}`, offsets[i]);
  }
}

function invalid(name: string, rule: string, value: unknown): RangeError {
  return rangeError('INVALID_FAMILY', `Family "${name}" ${rule}; got ${describeValue(value)}`);
}
