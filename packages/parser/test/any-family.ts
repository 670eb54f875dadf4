import type { HistogramRow, MetricType, NativeRow, Row, RowExemplar } from '@promwright/model';
import fc from 'fast-check';
import type { PlainFamily } from './family-of.ts';

/** Features that a format can express. */
export interface Features {
  readonly types: readonly MetricType[];
  readonly utf8?: boolean;
  readonly units?: boolean;
  readonly starts?: boolean;
  readonly exemplars?: boolean;
  readonly native?: boolean;
  /** Fractions as counts, negative and NaN sums of histograms. */
  readonly anyNumbers?: boolean;
  /** Histograms that lack the sum, summaries that lack sum or count. */
  readonly absentTotals?: boolean;
  readonly negativeTimes?: boolean;
}

const START_TYPES: readonly MetricType[] = ['counter', 'histogram', 'summary'];

/** Returns any families that the features allow, with different names. */
export function anyFamilies(features: Features): fc.Arbitrary<PlainFamily[]> {
  return fc
    .array(anyFamily(features), { maxLength: 4 })
    .map((families) => families.map((family, i) => withoutStateLabel({ ...family, name: `m${i}${family.name}` })));
}

/** Removes the labels of a state set with a label of the family's name, because this label contains the state. */
function withoutStateLabel(family: PlainFamily): PlainFamily {
  if (family.type !== 'stateset' || !family.rows.some(({ labels }) => Object.hasOwn(labels, family.name)))
    return family;
  return { ...family, rows: family.rows.slice(0, 1).map((row) => ({ ...row, labels: recordOf([]) })) as Row[] };
}

function anyFamily(features: Features): fc.Arbitrary<PlainFamily> {
  return fc.constantFrom(...features.types).chain((type) =>
    fc
      .record({
        stem: name(features.utf8 === true),
        help: fc.option(help, { nil: undefined }),
        unit:
          features.units && type !== 'info' && type !== 'stateset'
            ? fc.constantFrom(undefined, 'seconds')
            : fc.constant(undefined),
        rows: rowsOf(type, features),
      })
      .map(({ stem, help, unit, rows }) => {
        const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : '';
        return {
          name: `${stem}${unit === undefined ? '' : `_${unit}`}${suffix}`,
          type,
          ...(help !== undefined && { help }),
          ...(unit !== undefined && { unit }),
          rows,
        };
      }),
  );
}

/** Any Unicode string that does not begin with a blank, because text formats skip blanks before the help text. */
const help = fc.string({ unit: 'binary', minLength: 1 }).map((text) => `H${text}`);

function name(utf8: boolean): fc.Arbitrary<string> {
  const classic = fc.stringMatching(/^[a-zA-Z0-9_]{0,6}$/);
  return utf8 ? fc.oneof(classic, fc.string({ unit: 'binary', maxLength: 6 }).map(withoutNul)) : classic;
}

const SPECIAL_NAMES = ['__proto__', 'constructor', 'toString', '_', 'hasOwnProperty'];
const RESERVED_NAMES = ['le', 'quantile', '__name__'];

function labelName(utf8: boolean): fc.Arbitrary<string> {
  const classic = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,3}$/);
  const all = [
    classic,
    fc.constantFrom(...SPECIAL_NAMES),
    ...(utf8 ? [fc.string({ unit: 'binary', minLength: 1 }).map((text) => withoutNul(text) || '?')] : []),
  ];
  return fc.oneof(...all).filter((name) => !RESERVED_NAMES.includes(name));
}

const labelValue = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '\\',
    '"',
    '\n',
    '\\n',
    '\\"',
    '{},=',
    ' # {',
    '"} 1\n',
    'GET',
    '__proto__',
    '\r',
    '\u2028',
    '\0',
  ),
);

function rowsOf(type: MetricType, features: Features): fc.Arbitrary<Row[]> {
  const labels = fc.uniqueArray(fc.tuple(labelName(features.utf8 === true), labelValue), {
    maxLength: 3,
    selector: ([name]) => name,
  });
  const rows = rowsOfType(type, features).chain((row) =>
    fc.uniqueArray(fc.record({ labels, base: baseOf(type, features), row }), {
      minLength: 1,
      maxLength: 5,
      // An empty label equals an absent label.
      selector: ({ labels }) => JSON.stringify(labels.filter(([, value]) => value !== '').sort()),
    }),
  );
  return rows.map((all) =>
    all.map(({ labels, base, row }) => ({ labels: recordOf(labels), ...base, ...row }) as unknown as Row),
  );
}

/** Returns an object whose keys are own properties, also `__proto__`. */
function recordOf<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const record: Record<string, T> = Object.create(null);
  for (const [key, value] of entries) record[key] = value;
  return record;
}

function baseOf(type: MetricType, { starts, negativeTimes }: Features): fc.Arbitrary<object> {
  const ms = fc.integer({ min: negativeTimes ? -2e12 : 0, max: 4e12 });
  const optional = (key: string, allowed: boolean | undefined) =>
    allowed
      ? fc.option(ms, { nil: undefined }).map((value) => (value === undefined ? {} : { [key]: value }))
      : fc.constant({});
  return (
    fc
      // Readers take all infos of a family for one, with times in all samples or in none.
      .tuple(optional('timestampMs', type !== 'info'), optional('startMs', starts && START_TYPES.includes(type)))
      .map(([timestamp, start]) => ({ ...timestamp, ...start }))
  );
}

/** Returns arbitraries for the rows of a family: the outer chooses the common parts, the inner one row. */
function rowsOfType(type: MetricType, features: Features): fc.Arbitrary<fc.Arbitrary<object>> {
  switch (type) {
    case 'histogram':
    case 'gaugehistogram':
      // In protobuf, a message has either native histograms or others.
      return fc.boolean().map((native) => histogram(type, { ...features, native: native && features.native === true }));
    case 'summary':
      return fc
        .uniqueArray(
          fc.double({ min: 0, max: 1, noNaN: true }).map((quantile) => quantile + 0),
          { maxLength: 4 },
        )
        .map((quantiles) =>
          summary(
            quantiles.sort((a, b) => a - b),
            features,
          ),
        );
    case 'stateset':
      return fc
        .uniqueArray(labelValue, { minLength: 1, maxLength: 4 })
        .map((states) =>
          fc
            .tuple(...states.map(() => fc.boolean()))
            .map((on) => ({ states: recordOf(states.map((state, i) => [state, on[i]!] as const)) })),
        );
    case 'info':
      return fc.constant(fc.constant({ value: 1 }));
    case 'counter':
      return fc.constant(
        fc
          .record({ value: fc.double({ min: 0, noNaN: true }) })
          .chain((row) => withExemplars(features, row, fc.array(exemplar(undefined), { maxLength: 1 }))),
      );
    default:
      return fc.constant(fc.record({ value: fc.double() }));
  }
}

function summary(quantiles: readonly number[], { absentTotals }: Features): fc.Arbitrary<object> {
  const total = { nil: undefined, freq: absentTotals ? 3 : Number.MAX_SAFE_INTEGER };
  return fc
    .record({
      values: fc.tuple(...quantiles.map(() => fc.double({ min: 0 }))),
      sum: fc.option(fc.double({ min: 0, noNaN: true }), total),
      count: fc.option(fc.nat(), total),
    })
    .filter(({ sum, count }) => quantiles.length > 0 || sum !== undefined || count !== undefined)
    .filter(({ sum, count }) => absentTotals === true || (sum !== undefined && count !== undefined))
    .map(({ values, sum, count }) => ({
      quantiles: quantiles.map((quantile, i) => ({ quantile, value: values[i]! })),
      ...(sum !== undefined && { sum }),
      ...(count !== undefined && { count }),
    }));
}

function histogram(type: MetricType, features: Features): fc.Arbitrary<object> {
  const { anyNumbers, absentTotals, native } = features;
  const bound = anyNumbers
    ? fc.double({ noNaN: true, noDefaultInfinity: true })
    : fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
  const step = anyNumbers ? fc.double({ min: 0, max: 1e9, noNaN: true }) : fc.nat({ max: 1e9 });
  return fc
    .record({
      bounds: fc.uniqueArray(
        bound.map((bound) => bound + 0),
        { maxLength: 5 },
      ),
      steps: fc.tuple(step, step, step, step, step, step),
      sum: anyNumbers ? fc.double() : fc.double({ min: 0, noNaN: true }),
      hasSum: fc.boolean(),
      native: native ? nativeRow(type) : fc.constant(undefined),
    })
    .chain(({ bounds, steps, sum, hasSum, native }) => {
      let count = 0;
      const buckets = [...bounds.sort((a, b) => a - b), Infinity].map((le, i) => {
        count += steps[i]!;
        return { le, count };
      });
      const row = { buckets, count, ...((hasSum || !absentTotals) && { sum }), ...(native && { native }) };
      const ofBuckets = native && bounds.length === 0 ? [undefined] : buckets.map(({ le }) => le);
      const exemplars = fc.tuple(
        ...ofBuckets.map((le, i) => fc.option(exemplar(le, buckets[i - 1]?.le), { nil: undefined })),
      );
      return withExemplars(features, row, exemplars);
    });
}

function nativeRow(_type: MetricType): fc.Arbitrary<NativeRow> {
  const side = fc
    .uniqueArray(fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 1, max: 1e6 })), {
      maxLength: 6,
      selector: ([index]) => index,
    })
    .map((buckets) => buckets.sort(([a], [b]) => a - b).map(([index, count]) => ({ index, count })));
  return fc.record({
    schema: fc.integer({ min: -4, max: 8 }),
    zeroThreshold: fc.constantFrom(0, 2 ** -128, 1e-4),
    // A server takes a histogram of floats, as those are whose buckets do not add up to the count, only with a count above 0.
    zeroCount: fc.integer({ min: 1, max: 1e6 }),
    positive: side,
    negative: side,
  });
}

/** Returns an exemplar of the bucket up to a bound: its value is between this bound and the bound below. */
function exemplar(le: number | undefined, below = -Infinity): fc.Arbitrary<RowExemplar> {
  return fc
    .record({
      labels: fc.uniqueArray(
        fc.record({ name: labelName(false), value: fc.string({ unit: 'binary', maxLength: 8 }).map(withoutNul) }),
        {
          maxLength: 2,
          selector: ({ name }) => name,
        },
      ),
      timestampMs: fc.integer({ min: 0, max: 4e12 }),
    })
    .map(({ labels, timestampMs }) => {
      // No finite value is above the greatest finite bound.
      const above = below === -Infinity ? 1 : below < Number.MAX_VALUE ? Number.MAX_VALUE : Infinity;
      const value = le === undefined ? 1.5 : le === Infinity ? above : le;
      return { labels, value, timestampMs, ...(le !== undefined && { le }) };
    });
}

function withExemplars<R extends object>(
  { exemplars: allowed }: Features,
  row: R,
  exemplars: fc.Arbitrary<readonly (RowExemplar | undefined)[]>,
): fc.Arbitrary<R & Pick<HistogramRow, 'exemplars'>> {
  if (!allowed) return fc.constant(row);
  return exemplars.map((all) => {
    const present = all.filter((each) => each !== undefined);
    return present.length === 0 ? row : { ...row, exemplars: present };
  });
}

/** Prometheus' server refuses names with the character NUL. */
function withoutNul(name: string): string {
  return name.replaceAll('\0', '\x01');
}
