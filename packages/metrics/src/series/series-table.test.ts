import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Counter, type CounterSeries } from '../counter.ts';

type Labels = { a: string; b: string | number | boolean };
type Step =
  | { do: 'inc'; labels: Labels; amount: number }
  | { do: 'hold'; labels: Labels }
  | { do: 'incHandle'; which: number; amount: number }
  | { do: 'remove'; labels: Labels }
  | { do: 'removeWhere'; labels: Partial<Labels> }
  | { do: 'clear' }
  | { do: 'snapshot' };

// Few values, so that a sequence uses the same series again, and values that a careless key would confuse.
const text = fc.constantFrom('', 'x', 'y', 'x|y', 'x,y', '"', '1', 'true', '\ud800', '\ufffd', '__other__');
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom(1, true, 0, -0, 1.5) },
  fc.string(),
);
const labels: fc.Arbitrary<Labels> = fc.record({ a: text, b: value });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('inc' as const), labels, amount: fc.integer({ min: 0, max: 9 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hold' as const), labels }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('incHandle' as const),
      which: fc.nat(20),
      amount: fc.integer({ min: 0, max: 9 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), labels }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('removeWhere' as const),
      labels: fc.record({ a: text, b: value }, { requiredKeys: [] }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'clear' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'snapshot' as const }) },
);

/** Simple model of a counter: a map from label values to a number. */
class Model {
  readonly series = new Map<string, number>();

  static key({ a, b }: Labels): string {
    return JSON.stringify([String(a).toWellFormed(), String(b).toWellFormed()]);
  }

  add(key: string, amount: number): void {
    this.series.set(key, (this.series.get(key) ?? 0) + amount);
  }

  removeWhere({ a, b }: Partial<Labels>): void {
    for (const key of this.series.keys()) {
      const [x, y] = JSON.parse(key) as [string, string];
      if (a !== undefined && String(a).toWellFormed() !== x) continue;
      if (b !== undefined && String(b).toWellFormed() !== y) continue;
      this.series.delete(key);
    }
  }
}

function contents(counter: Counter<'a' | 'b'>): [string, number][] {
  return [...counter.collect()[0]!.rows()]
    .map((row): [string, number] => [JSON.stringify([row.labels.a, row.labels.b]), (row as { value: number }).value])
    .sort(([x], [y]) => (x < y ? -1 : 1));
}

describe('any sequence of operations on a labelled counter', () => {
  test('results in the same numbers as a simple model', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames: ['a', 'b'] });
        const model = new Model();
        const handles: { series: CounterSeries; key: string; gone: boolean }[] = [];
        const snapshots: { rows: () => unknown[]; before: unknown[] }[] = [];
        const forget = (isGone: (key: string) => boolean) => {
          for (const hold of handles) if (isGone(hold.key)) hold.gone = true;
        };

        for (const action of steps) {
          switch (action.do) {
            case 'inc':
              counter.inc(action.labels, action.amount);
              model.add(Model.key(action.labels), action.amount);
              break;
            case 'hold':
              handles.push({ series: counter.labels(action.labels), key: Model.key(action.labels), gone: false });
              model.add(Model.key(action.labels), 0);
              break;
            case 'incHandle': {
              const hold = handles[action.which % handles.length];
              if (hold === undefined) break;
              hold.series.inc(action.amount);
              if (!hold.gone) model.add(hold.key, action.amount);
              break;
            }
            case 'remove': {
              const key = Model.key(action.labels);
              expect(counter.remove(action.labels)).toBe(model.series.delete(key));
              forget((gone) => gone === key);
              break;
            }
            case 'removeWhere': {
              counter.removeWhere(action.labels);
              model.removeWhere(action.labels);
              forget((key) => !model.series.has(key));
              break;
            }
            case 'clear':
              counter.clear();
              model.series.clear();
              forget(() => true);
              break;
            case 'snapshot': {
              const family = counter.collect()[0]!;
              snapshots.push({ rows: () => [...family.rows()], before: [...family.rows()] });
            }
          }
        }

        expect(contents(counter)).toEqual([...model.series].sort(([x], [y]) => (x < y ? -1 : 1)));
        for (const { series, key, gone } of handles)
          expect(series.value()).toBe(gone ? 0 : (model.series.get(key) ?? 0));
        for (const { rows, before } of snapshots) expect(rows()).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  test('never merges two label sets in one series', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), {
          maxLength: 300,
          selector: ([a, b]) => JSON.stringify([a, b]),
        }),
        (sets) => {
          const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames: ['a', 'b'] });

          sets.forEach(([a, b], i) => {
            counter.inc({ a, b }, i + 1);
          });

          sets.forEach(([a, b], i) => {
            expect(counter.value({ a, b })).toBe(i + 1);
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a new series of known label values', () => {
  const LETTERS = ['a', 'b', 'c', 'd', 'e'];

  test.each([1, 2, 3, 4])('is found again, with %d labels', (count) => {
    const labelNames = LETTERS.slice(0, count);
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames });
    const sets = Array.from({ length: 3 ** count }, (_, i) =>
      Object.fromEntries(labelNames.map((name, column) => [name, `v${Math.floor(i / 3 ** column) % 3}`])),
    );

    for (let round = 0; round < 3; round++) for (const [i, set] of sets.entries()) counter.inc(set, i + 1);

    expect(sets.map((set) => counter.value(set))).toEqual(sets.map((_, i) => 3 * (i + 1)));
    expect(counter.collect()[0]!.size).toBe(sets.length);
  });

  test('is diverted at the limit of series', () => {
    const counter = new Counter({
      name: 'c_total',
      help: 'C.',
      registry: null,
      labelNames: ['a', 'b'],
      seriesLimit: 2,
    });
    counter.inc({ a: '1', b: '1' });
    counter.inc({ a: '2', b: '2' });

    counter.inc({ a: '1', b: '2' });

    expect(contents(counter)).toEqual([
      ['["1","1"]', 1],
      ['["2","2"]', 1],
      ['["__other__","__other__"]', 1],
    ]);
  });

  test('is diverted at the limit of a label that only removed series had', () => {
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames: ['a', 'b'], labelLimit: 2 });
    for (const a of ['1', '2', '3']) {
      counter.inc({ a, b: '1' });
      if (a === '1') counter.remove({ a, b: '1' });
    }

    counter.inc({ a: '1', b: '1' });

    expect(contents(counter)).toEqual([
      ['["2","1"]', 1],
      ['["3","1"]', 1],
      ['["__other__","1"]', 1],
    ]);
  });
});

describe('churn of series', () => {
  test('leaves neither numbers nor label values of removed series behind', () => {
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames: ['a', 'b'] });
    counter.inc({ a: 'kept', b: 'kept' }, 42);

    for (let i = 0; i < 50_000; i++) {
      counter.inc({ a: `a${i}`, b: i });
      if (i >= 10) counter.remove({ a: `a${i - 10}`, b: i - 10 });
    }

    const family = counter.collect()[0]!;
    expect(family.size).toBe(11);
    expect(counter.value({ a: 'kept', b: 'kept' })).toBe(42);
    expect(family.dictionaries.map((values) => values.length <= 128)).toEqual([true, true]);
  });
});

describe('a snapshot', () => {
  test('keeps its start times when a removed series makes room for another', () => {
    vi.useFakeTimers({ now: 1000 });
    onTestFinished(() => void vi.useRealTimers());
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames: ['a'] });
    for (const a of ['first', 'last']) counter.inc({ a });
    const [snapshot] = counter.collect();

    vi.setSystemTime(2000);
    counter.remove({ a: 'last' });
    counter.inc({ a: 'new' });
    const [later] = counter.collect();

    expect([...snapshot!.startMs!]).toEqual([1000, 1000]);
    expect([...later!.startMs!]).toEqual([1000, 2000]);
  });
});
