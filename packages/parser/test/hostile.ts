import { type Bytes, double, encodeProtobuf, message, text, uint, varint } from './encode-protobuf.ts';

const many = (n: number, item: (i: number) => string, separator = '') =>
  Array.from({ length: n }, (_, i) => item(i)).join(separator);

/** Texts of a length that grows with `n`, each meant to slow down a careless parser of text 0.0.4. */
export const HOSTILE_TEXTS: Readonly<Record<string, (n: number) => string>> = {
  'series of one family': (n) => many(n, (i) => `a{b="${i}"} ${i}\n`),
  'families of one series': (n) => many(n, (i) => `# TYPE a${i} gauge\na${i} 1\n`),
  'two families by turns': (n) => many(n, () => 'a 1\nb 1\n'),
  'histograms whose lines are not together': (n) =>
    `# TYPE h histogram\n${['1', '2', '+Inf'].map((le) => many(n, (i) => `h_bucket{a="${i}",le="${le}"} 1\n`)).join('')}`,
  'a bound for each histogram': (n) => `# TYPE h histogram\n${many(n, (i) => `h_bucket{a="${i}",le="${i}"} 1\n`)}`,
  'a label for each series': (n) => many(n, (i) => `a{l${i}="x"} 1\n`),
  'families that are alike but for their last lines': (n) =>
    many(n / 20, (i) => `${many(20, (j) => `a${i}{b="${j}"} 1\n`)}a${i}{c="${i}"} 1\n`),
  'families that are the beginnings of the one before': (n) =>
    many(n / 20, (i) => many(19 - (i % 19), (j) => `a${i}{b="${j}"} 1\n`)),
  'many labels': (n) => `a{${many(n, (i) => `l${i}="${i}"`, ',')}} 1\n`,
  'many labels in every second line': (n) =>
    many(n, (i) => (i % 2 ? 'a 1\n' : `a{${many(20, (j) => `l${j}="${i}"`, ',')}} 1\n`)),
  'empty labels, and then series without': (n) =>
    `# TYPE h histogram\nh_bucket{${many(n, (i) => `l${i}=""`, ',')},le="1"} 1\n${many(n, (i) => `h_bucket{le="${i % 9}"} 1\n`)}`,
  'one label twice at the end': (n) => `a{${many(n, (i) => `l${i}="${i}"`, ',')},l0=""} 1\n`,
  'the name behind many labels': (n) => `{${many(n, (i) => `l${i}="x"`, ',')},"a"} 1\n`,
  'quotes between braces': (n) => `{${'"a"'.repeat(n)}} 1\n`,
  'commas between braces': (n) => `a{${','.repeat(n)}} 1\n`,
  'commas and no closing brace': (n) => `a{${','.repeat(n)} 1\n`,
  blanks: (n) =>
    `a${' '.repeat(n)}{${'\t'.repeat(n)}b${' '.repeat(n)}=${' '.repeat(n)}"c"${' '.repeat(n)}}${' '.repeat(n)}1${' '.repeat(n)}2${' '.repeat(n)}\n`,
  'lines of blanks': (n) => ' \n'.repeat(n),
  escapes: (n) => `a{b="${'\\\\\\n'.repeat(n)}"} 1\n`,
  'a value without an end': (n) => `a{b="${'\\"'.repeat(n)}\n`,
  'a long help': (n) => `# HELP a ${'\\\\x\\n'.repeat(n)}\n`,
  'a long name': (n) => `${'a'.repeat(n)} 1\n${'a'.repeat(n)}_sum 1\n`,
  'a long number': (n) => `a ${'1'.repeat(n)}\na 0.${'0'.repeat(n)}1e${'0'.repeat(n)}1\n`,
  'a number that is none at its end': (n) => `# TYPE h histogram\nh_bucket{le="${'1'.repeat(n)}x"} 1\n`,
  'a long timestamp': (n) => `a 1 ${'0'.repeat(n)}1\n`,
  'no line feed': (n) => `a{b="${'x'.repeat(n)}"} 1`,
  comments: (n) => '# something\n#\n# HELP\n'.repeat(n),
};

/** Hostile texts for OpenMetrics 1.0. */
export const HOSTILE_OPENMETRICS: Readonly<Record<string, (n: number) => string>> = {
  'series of one family': (n) =>
    `# TYPE a counter\n${many(n, (i) => `a_total{b="${i}"} ${i} # {t="${i}"} 1 1\n`)}# EOF\n`,
  'timestamps of one series': (n) => `# TYPE a gauge\n${many(n, (i) => `a 1 ${i}\n`)}# EOF\n`,
  'the same timestamp': (n) => `# TYPE a gauge\n${'a 1 1\n'.repeat(n)}# EOF\n`,
  'families of one series': (n) =>
    `${many(n, (i) => `# TYPE a${i} counter\n# HELP a${i} x\na${i}_total 1\na${i}_created 1\n`)}# EOF\n`,
  'buckets of one histogram': (n) =>
    `# TYPE h histogram\n${many(n, (i) => `h_bucket{le="${i}"} ${i}\n`)}h_bucket{le="+Inf"} ${n}\n# EOF\n`,
  'quantiles of one summary': (n) => `# TYPE s summary\n${many(n, (i) => `s{quantile="${i / n}"} 1\n`)}# EOF\n`,
  states: (n) => `# TYPE s stateset\n${many(n, (i) => `s{s="${i}"} 1\n`)}# EOF\n`,
  'families that are alike but for their last lines': (n) =>
    `${many(n / 20, (i) => `# TYPE a${i} gauge\n${many(20, (j) => `a${i}{b="${j}"} 1\n`)}a${i}{c="${i}"} 1\n`)}# EOF\n`,
  'a state for each series': (n) => `# TYPE s stateset\n${many(n, (i) => `s{a="${i}",s="${i}"} 1\n`)}# EOF\n`,
  'an exemplar with many labels': (n) =>
    `# TYPE a counter\na_total 1 # {${many(n, (i) => `l${i}="x"`, ',')}} 1\n# EOF\n`,
  'no end': (n) => 'a 1 2\n'.repeat(n),
};

/** Hostile texts for OpenMetrics 2.0. */
export const HOSTILE_OPENMETRICS_2: Readonly<Record<string, (n: number) => string>> = {
  'buckets and exemplars of one histogram': (n) =>
    `# TYPE h histogram\nh {count:${n},sum:1,bucket:[${many(n, (i) => `${i}:${i},`)}+Inf:${n}]}${many(n, (i) => ` # {} ${i} 1`)}\n# EOF\n`,
  spans: (n) =>
    `# TYPE h histogram\nh {count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[${many(n, () => '1:1', ',')}],positive_buckets:[${many(n, () => '1', ',')}]}\n# EOF\n`,
  'a span of many buckets that are not there': (n) =>
    `# TYPE h histogram\n${`h {count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[0:2000000000],positive_buckets:[1]}\n`.repeat(n)}# EOF\n`,
  'times of states': (n) =>
    `# TYPE s stateset\n${['a', 'b', 'c'].map((state) => many(n, (i) => `s{s="${state}"} 1 ${i}\n`)).join('')}# EOF\n`,
  'exemplars that are wrong': (n) => `# TYPE a counter\n${`a 1 # {x\n`.repeat(n)}# EOF\n`,
  'quantiles of one summary': (n) =>
    `# TYPE s summary\ns {count:1,sum:1,quantile:[${many(n, (i) => `${i / n}:1`, ',')}]}\n# EOF\n`,
};

const family = (content: Bytes): Uint8Array => Uint8Array.from([...varint(BigInt(content.length)), ...content]);
const times = (n: number, item: (i: number) => Bytes): number[] => Array.from({ length: n }, (_, i) => item(i)).flat();

/** Hostile documents for protobuf. */
export const HOSTILE_PROTOBUF: Readonly<Record<string, (n: number) => Uint8Array>> = {
  'series of one family': (n) =>
    encodeProtobuf([
      { name: 'a', type: 'counter', rows: Array.from({ length: n }, (_, i) => ({ labels: { b: `${i}` }, value: i })) },
    ]),
  families: (n) => encodeProtobuf(Array.from({ length: n }, (_, i) => ({ name: `a${i}`, type: 'gauge', rows: [] }))),
  'labels of one series': (n) =>
    family([
      ...text(1, 'a'),
      ...message(
        4,
        times(n, (i) => message(1, [...text(1, `l${i}`), ...text(2, 'x')])),
      ),
    ]),
  'a label for each series': (n) =>
    family([...text(1, 'a'), ...times(n, (i) => message(4, message(1, [...text(1, `l${i}`), ...text(2, 'x')])))]),
  'values of one series': (n) =>
    family([
      ...text(1, 'a'),
      ...message(
        4,
        times(n, (i) => message(3, double(1, i))),
      ),
    ]),
  'packed deltas': (n) =>
    family([
      ...text(1, 'a'),
      ...uint(3, 4),
      ...message(
        4,
        message(7, [
          ...message(12, uint(2, n)),
          ...message(
            13,
            times(n, () => [2]),
          ),
        ]),
      ),
    ]),
  'names of one family': (n) => family(times(n, () => text(1, 'abc'))),
  'unknown fields': (n) => family([...text(1, 'a'), ...times(n, () => uint(99, 1))]),
};
