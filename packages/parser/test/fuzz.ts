import type { MetricFamily } from '@promwright/model';
import { parseOpenMetrics } from '../src/openmetrics/parse-open-metrics.ts';
import { ParseError } from '../src/parse-error.ts';
import { parseProtobuf } from '../src/protobuf/parse-protobuf.ts';
import { parseText } from '../src/text/parse-text.ts';
import { CORPUS } from './corpus.ts';
import { mutatedBytes, mutatedText } from './mutate.ts';
import { Random } from './random.ts';

/** Parser with a function that makes its inputs. */
export interface FuzzTarget {
  readonly name: string;
  readonly input: (random: Random) => string | Uint8Array;
  readonly parse: (input: never) => MetricFamily[];
}

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  { name: 'text', input: (random) => mutatedText(random, CORPUS.text), parse: (text: string) => parseText(text) },
  {
    name: 'OpenMetrics 1.0',
    input: (random) => mutatedText(random, CORPUS.openMetrics1),
    parse: (text: string) => parseOpenMetrics(text),
  },
  {
    name: 'OpenMetrics 2.0',
    input: (random) => mutatedText(random, CORPUS.openMetrics2),
    parse: (text: string) => parseOpenMetrics(text, { version: '2.0.0' }),
  },
  { name: 'protobuf', input: (random) => mutatedBytes(random, CORPUS.protobuf), parse: parseProtobuf },
];

/** Numbers of accepted and refused inputs. */
export interface FuzzResult {
  readonly accepted: number;
  readonly refused: number;
}

/**
 * Parses inputs that are nearly valid.
 * @throws if an input crashes the parser or makes it return inconsistent columns
 */
export function fuzz({ name, input, parse }: FuzzTarget, runs: number, seed: number): FuzzResult {
  const random = new Random(seed);
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    const document = input(random);
    try {
      for (const family of parse(document as never)) check(family);
      accepted++;
    } catch (error) {
      if (error instanceof ParseError) continue;
      const shown = typeof document === 'string' ? JSON.stringify(document) : `bytes ${[...document]}`;
      throw new Error(`${name}, seed ${seed}, input ${run}: ${shown}`, { cause: error });
    }
  }
  return { accepted, refused: runs - accepted };
}

function check(family: MetricFamily): void {
  const { size, labelNames, labelIds, dictionaries, values, layout, exemplars, native } = family;
  must(labelIds.length === size * labelNames.length, 'a place for every label');
  must(values.length === size * layout.width, 'a place for every number');
  labelIds.forEach((id, i) => {
    must(id >= -1 && id < dictionaries[i % labelNames.length]!.length, 'ids of values that there are');
  });
  must(new Set(labelNames).size === labelNames.length, 'labels of different names');
  if (layout.kind === 'classic') must(rises(layout.bounds) && !layout.bounds.includes(Infinity), 'rising bounds');
  if (layout.kind === 'quantile') must(rises(layout.quantiles), 'rising quantiles');
  for (const offsets of [exemplars?.offsets, native?.positive.offsets, native?.negative.offsets]) {
    must(offsets === undefined || offsets.length === size + 1, 'offsets for every series');
  }
  let rows = 0;
  for (const _ of family.rows()) rows++;
  must(rows === size, 'as many rows as series');
}

function rises(numbers: Float64Array): boolean {
  return numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`A family must have ${what}`);
}
