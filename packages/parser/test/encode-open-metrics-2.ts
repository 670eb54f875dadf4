import type { HistogramRow, NativeRow, Row, ScalarRow, StateSetRow, SummaryRow } from '@promwright/model';
import type { PlainFamily } from './family-of.ts';

/** Formats OpenMetrics 2.0 for tests, by the specification and independently of any writer. */
export function encodeOpenMetrics2(families: readonly PlainFamily[]): string {
  return `${families.map(encodeFamily).join('')}# EOF\n`;
}

const CLASSIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const CLASSIC_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function encodeFamily({ name, type, help, unit, rows }: PlainFamily): string {
  const shown = CLASSIC.test(name) ? name : quote(name);
  return [
    `# TYPE ${shown} ${type}\n`,
    unit === undefined ? '' : `# UNIT ${shown} ${unit}\n`,
    help === undefined ? '' : `# HELP ${shown} ${escaped(help)}\n`,
    ...rows.map((row) => ('states' in row ? encodeStates(name, row) : encodeRow(name, type === 'gaugehistogram', row))),
  ].join('');
}

function encodeRow(name: string, gauge: boolean, row: Row): string {
  const start = row.startMs === undefined ? '' : ` st@${row.startMs / 1000}`;
  const exemplars = (row.exemplars ?? []).map(
    ({ labels, value, timestampMs }) =>
      ` # {${labels.map(({ name, value }) => pair(name, value)).join()}} ${number(value)} ${timestampMs! / 1000}`,
  );
  return `${series(name, row.labels)} ${numbersOf(gauge, row)}${time(row)}${start}${exemplars.join('')}\n`;
}

function encodeStates(name: string, row: StateSetRow): string {
  return Object.entries(row.states)
    .map(([state, on]) => `${series(name, row.labels, pair(name, state))} ${on ? 1 : 0}${time(row)}\n`)
    .join('');
}

function numbersOf(gauge: boolean, row: Row): string {
  if ('buckets' in row) return histogram(gauge, row);
  if ('quantiles' in row) return summary(row);
  return number((row as ScalarRow).value);
}

function summary({ count, sum, quantiles }: SummaryRow): string {
  const list = quantiles.map(({ quantile, value }) => `${quantile}:${number(value)}`);
  return `{count:${number(count!)},sum:${number(sum!)},quantile:[${list}]}`;
}

function histogram(gauge: boolean, { count, sum, native, buckets }: HistogramRow): string {
  const g = gauge ? 'g' : '';
  const isClassic = native === undefined || buckets.length > 1;
  return [
    `{${g}count:${number(count)},${g}sum:${number(sum!)}`,
    native === undefined ? '' : nativeFields(native),
    isClassic ? `,bucket:[${buckets.map(({ le, count }) => `${number(le)}:${number(count)}`)}]` : '',
    '}',
  ].join('');
}

function nativeFields({ schema, zeroThreshold, zeroCount, positive, negative }: NativeRow): string {
  const side = (name: string, buckets: NativeRow['positive']) => {
    if (buckets.length === 0) return '';
    let next = 0;
    // The simplest valid form: one span per bucket.
    const spans = buckets.map(({ index }) => {
      const offset = index - next;
      next = index + 1;
      return `${offset}:1`;
    });
    return `,${name}_spans:[${spans}],${name}_buckets:[${buckets.map(({ count }) => number(count))}]`;
  };
  const zero = `zero_threshold:${zeroThreshold},zero_count:${number(zeroCount)}`;
  return `,schema:${schema},${zero}${side('negative', negative)}${side('positive', positive)}`;
}

function series(name: string, labels: Readonly<Record<string, string>>, last?: string): string {
  const pairs = Object.entries(labels).map(([label, value]) => pair(label, value));
  if (last !== undefined) pairs.push(last);
  return CLASSIC.test(name) ? `${name}{${pairs}}` : `{${[quote(name), ...pairs]}}`;
}

function pair(name: string, value: string): string {
  return `${CLASSIC_LABEL.test(name) ? name : quote(name)}=${quote(value)}`;
}

function time({ timestampMs }: Row): string {
  return timestampMs === undefined ? '' : ` ${timestampMs / 1000}`;
}

function number(value: number): string {
  return value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value);
}

function quote(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}
