import { createFamily, type FamilyColumns, type Label, type MetricFamily, type MetricType } from '@promwright/model';

interface Draft {
  readonly name: string;
  help?: string;
  type?: MetricType;
  readonly series: Series[];
}

interface Series {
  readonly labels: readonly Label[];
  timestampMs?: number;
  /** Numbers of the series by part: `''` for a plain value, `le 0.5`, `quantile 0.9`, `_sum`, `_count`. */
  readonly numbers: Map<string, number>;
}

const TYPES: Readonly<Record<string, MetricType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
  untyped: 'unknown',
};
const SAMPLE =
  /^(?<name>[\w:]+)\s*(?:\{(?<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s*(?<value>\S+)(?:\s+(?<time>-?\d+))?$/;
const LABEL = /\s*(?<name>\w+)\s*=\s*"(?<value>(?:[^"\\]|\\.)*)"\s*,?/g;

/** Reads families from a small, valid page in text 0.0.4, the way promtool does. Detects no errors. */
export function readText(text: string): MetricFamily[] {
  const drafts = new Map<string, Draft>();
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const [, keyword, name, rest = ''] = /^#\s+(HELP|TYPE)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      const draft = draftOf(drafts, name);
      if (keyword === 'TYPE') draft.type = TYPES[rest]!;
      else if (rest !== '') draft.help = rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\');
    } else if (line !== '' && !line.startsWith('#')) {
      addSample(drafts, line);
    }
  }
  return [...drafts.values()].map(familyOf);
}

function draftOf(drafts: Map<string, Draft>, name: string): Draft {
  const draft = drafts.get(name) ?? { name, series: [] };
  drafts.set(name, draft);
  return draft;
}

function addSample(drafts: Map<string, Draft>, line: string): void {
  const { name = '', labels: labelText = '', value = '', time } = SAMPLE.exec(line)!.groups!;
  const labels = [...labelText.matchAll(LABEL)].map(({ groups }) => ({
    name: groups!.name!,
    value: groups!.value!.replaceAll(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char)),
  }));
  const number = value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);
  const [, base = name, suffix = ''] = /^(.*)(_bucket|_sum|_count)$/.exec(name) ?? [];
  const type = drafts.get(base)?.type;
  const isPart = type === 'histogram' || (type === 'summary' && suffix !== '_bucket');
  const draft = draftOf(drafts, isPart ? base : name);
  const partLabel = draft.type === 'histogram' ? 'le' : draft.type === 'summary' ? 'quantile' : undefined;
  const own = labels.filter((label) => label.name !== partLabel);
  const bound = labels.find((label) => label.name === partLabel)?.value;
  const series = partLabel === undefined ? undefined : draft.series.find((known) => sameLabels(known.labels, own));
  const target: Series = series ?? { labels: own, numbers: new Map() };
  if (series === undefined) draft.series.push(target);
  if (bound !== undefined) target.numbers.set(`${partLabel} ${bound}`, number);
  else if (isPart || partLabel === undefined) target.numbers.set(isPart ? suffix : '', number);
  if (time !== undefined) target.timestampMs = Number(time);
}

function sameLabels(a: readonly Label[], b: readonly Label[]): boolean {
  return a.length === b.length && a.every(({ name, value }) => b.some((l) => l.name === name && l.value === value));
}

function familyOf({ name, type = 'unknown', help, series }: Draft): MetricFamily {
  const labelNames = [...new Set(series.flatMap(({ labels }) => labels.map((label) => label.name)))];
  const dictionaries = labelNames.map((label) => [...new Set(series.flatMap((one) => labelValue(one, label) ?? []))]);
  const labelIds = series.flatMap((one) =>
    labelNames.map((label, column) => {
      const value = labelValue(one, label);
      return value === undefined ? -1 : dictionaries[column]!.indexOf(value);
    }),
  );
  return createFamily({
    name,
    type,
    ...(help !== undefined && { help }),
    constLabels: [],
    labelNames,
    dictionaries,
    labelIds: Int32Array.from(labelIds),
    size: series.length,
    ...(series.some(({ timestampMs }) => timestampMs !== undefined) && {
      timestampMs: Float64Array.from(series, ({ timestampMs }) => timestampMs ?? Number.NaN),
    }),
    ...numbersOf(type, series),
  });
}

function labelValue({ labels }: Series, name: string): string | undefined {
  return labels.find((label) => label.name === name)?.value;
}

function numbersOf(type: MetricType, series: readonly Series[]): Pick<FamilyColumns, 'layout' | 'values' | 'absent'> {
  const partPrefix = type === 'histogram' ? 'le ' : 'quantile ';
  const isDivided = type === 'histogram' || type === 'summary';
  const keys = new Set(series.flatMap(({ numbers }) => [...numbers.keys()]));
  const parts = [...keys]
    .filter((key) => key.startsWith(partPrefix) && !key.endsWith('+Inf'))
    .sort((a, b) => Number(a.slice(partPrefix.length)) - Number(b.slice(partPrefix.length)));
  const divisions = Float64Array.from(parts, (key) => Number(key.slice(partPrefix.length)));
  const names = [...parts, ...(type === 'histogram' ? ['le +Inf'] : []), '_sum', '_count'];
  const columns = isDivided ? names : [''];
  const numbers = series.flatMap((one) => columns.map((key) => one.numbers.get(key)));
  const values = Float64Array.from(numbers, (number) => number ?? 0);
  const absent = Uint8Array.from(numbers, (number) => (number === undefined ? 1 : 0));
  const offsets = { width: columns.length, sum: columns.length - 2, count: columns.length - 1 };
  if (type === 'histogram') {
    return { values, absent, layout: { kind: 'classic', bounds: divisions, cumulative: true, ...offsets } };
  }
  if (type === 'summary') return { values, absent, layout: { kind: 'quantile', quantiles: divisions, ...offsets } };
  return { values, absent, layout: { kind: 'scalar', width: 1 } };
}
