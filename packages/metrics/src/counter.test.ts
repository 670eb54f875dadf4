import { describe, expect, test } from 'vitest';
import { Counter } from './counter.ts';
import { Registry } from './registry/registry.ts';

function rowsOf(counter: { collect(): readonly { rows(): Iterable<object> }[] }): object[] {
  return [...counter.collect()[0]!.rows()].map((row) => {
    const { labels, value } = row as { labels: object; value: number };
    return { labels: { ...labels }, value };
  });
}

describe('a counter without labels', () => {
  test('has a series at zero before its first use', () => {
    const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', registry: null });

    expect(rowsOf(jobs)).toEqual([{ labels: {}, value: 0 }]);
  });

  test('counts by one or by an amount', () => {
    const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', registry: null });

    jobs.inc();
    jobs.inc(2.5);
    jobs.inc(0);

    expect(jobs.value()).toBe(3.5);
  });

  test('starts again at zero when it is cleared, and continues to count', () => {
    const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', registry: null });
    const handle = jobs.labels({});
    jobs.inc(5);

    jobs.clear();
    jobs.inc();
    handle.inc();

    expect(rowsOf(jobs)).toEqual([{ labels: {}, value: 2 }]);
  });
});

describe('a counter with labels', () => {
  const options = { name: 'requests_total', help: 'Requests.', registry: null };

  test('counts each label set separately', () => {
    const requests = new Counter({ ...options, labelNames: ['method', 'status'] });

    requests.inc({ method: 'GET', status: 200 });
    requests.inc({ method: 'GET', status: 404 }, 2);
    requests.labels({ method: 'PUT', status: 200 }).inc(3);

    expect(rowsOf(requests)).toEqual([
      { labels: { method: 'GET', status: '200' }, value: 1 },
      { labels: { method: 'GET', status: '404' }, value: 2 },
      { labels: { method: 'PUT', status: '200' }, value: 3 },
    ]);
  });

  test('has no series before the first use, except the series of initialLabels at zero', () => {
    expect(rowsOf(new Counter({ ...options, labelNames: ['a'] }))).toEqual([]);
    expect(rowsOf(new Counter({ ...options, labelNames: ['a'], initialLabels: [{ a: 'x' }, { a: 1 }] }))).toEqual([
      { labels: { a: 'x' }, value: 0 },
      { labels: { a: '1' }, value: 0 },
    ]);
  });

  test('accepts labels in any order, and numbers and booleans as their strings', () => {
    const requests = new Counter({ ...options, labelNames: ['a', 'b'] });

    requests.inc({ a: 200, b: true });
    requests.inc({ b: 'true', a: '200' });
    requests.inc({ b: true, a: 200 });
    requests.inc({ a: 200, b: true });

    expect(rowsOf(requests)).toEqual([{ labels: { a: '200', b: 'true' }, value: 4 }]);
    expect(requests.value({ b: true, a: '200' })).toBe(4);
  });

  test('shows labels in the order of the definition, also after calls with another order', () => {
    const requests = new Counter({ ...options, labelNames: ['b', 'a'] });

    requests.inc({ a: 1, b: 2 });

    expect(Object.keys((rowsOf(requests)[0] as { labels: object }).labels)).toEqual(['b', 'a']);
  });

  test('keeps label sets with separators apart', () => {
    const requests = new Counter({ ...options, labelNames: ['a', 'b'] });

    for (const separator of ['|', ',', ':', '"', '\0', '\n', '\\', ',b:', '\u{1f}']) {
      requests.inc({ a: `x${separator}y`, b: 'z' });
      requests.inc({ a: 'x', b: `y${separator}z` });
    }

    expect(rowsOf(requests)).toHaveLength(18);
    expect(rowsOf(requests).every((row) => (row as { value: number }).value === 1)).toBe(true);
  });

  test('is not affected when the caller changes its labels object afterwards', () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });
    const labels = { a: '1' };

    requests.inc(labels);
    labels.a = '2';
    requests.inc(labels);

    expect(rowsOf(requests)).toEqual([
      { labels: { a: '1' }, value: 1 },
      { labels: { a: '2' }, value: 1 },
    ]);
  });

  test('has one series for values that are equal on the wire', () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });

    requests.inc({ a: '\ud800' });
    requests.inc({ a: '\udfff' });
    requests.inc({ a: '\ufffd' });

    expect(rowsOf(requests)).toEqual([{ labels: { a: '\ufffd' }, value: 3 }]);
  });

  test('may have labels named like properties of every object', () => {
    const requests = new Counter({ ...options, labelNames: ['constructor', 'toString', 'hasOwnProperty'] });

    requests.inc({ constructor: 'a', toString: 'b', hasOwnProperty: 'c' });

    expect(rowsOf(requests)).toEqual([{ labels: { constructor: 'a', toString: 'b', hasOwnProperty: 'c' }, value: 1 }]);
  });

  test('accepts the empty string as a label value', () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });

    requests.inc({ a: '' });

    expect(rowsOf(requests)).toEqual([{ labels: { a: '' }, value: 1 }]);
  });

  test('returns the same handle for the same labels', () => {
    const requests = new Counter({ ...options, labelNames: ['a', 'b'] });

    expect(requests.labels({ a: 1, b: 2 })).toBe(requests.labels({ b: '2', a: '1' }));
    expect(requests.labels({ a: 1, b: 2 })).not.toBe(requests.labels({ a: 2, b: 1 }));
  });

  test('returns 0 for a series that does not exist, without creating the series', () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });

    expect(requests.value({ a: 'x' })).toBe(0);
    expect(rowsOf(requests)).toEqual([]);
  });
});

describe('removing series of a counter', () => {
  const options = { name: 'requests_total', help: 'Requests.', registry: null };

  test('remove() removes one series; later writes through its handle are ignored', () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });
    const handle = requests.labels({ a: 'gone' });
    requests.inc({ a: 'kept' }, 7);

    expect(requests.remove({ a: 'gone' })).toBe(true);
    handle.inc(100);
    requests.inc({ a: 'new' }, 2);
    handle.inc(100);

    expect(rowsOf(requests)).toEqual([
      { labels: { a: 'kept' }, value: 7 },
      { labels: { a: 'new' }, value: 2 },
    ]);
    expect(handle.value()).toBe(0);
    expect(requests.remove({ a: 'gone' })).toBe(false);
  });

  test('handles of the other series still write to their series', () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });
    const handles = Array.from({ length: 50 }, (_, a) => requests.labels({ a }));

    for (let a = 0; a < 50; a += 3) requests.remove({ a });
    for (const [a, series] of handles.entries()) series.inc(a);

    const expected = Array.from({ length: 50 }, (_, a) => a).filter((a) => a % 3 !== 0);
    const actual = rowsOf(requests) as { labels: { a: string }; value: number }[];
    expect(actual.map(({ labels, value }) => [Number(labels.a), value]).sort((x, y) => x[0]! - y[0]!)).toEqual(
      expected.map((a) => [a, a]),
    );
  });

  test('removeWhere() removes every series with these labels', () => {
    const requests = new Counter({ ...options, labelNames: ['a', 'b'] });
    for (const a of [1, 2, 3]) for (const b of [1, 2, 3]) requests.inc({ a, b }, a * 10 + b);

    expect(requests.removeWhere({ b: 2 })).toBe(3);
    expect(requests.removeWhere({ b: 'never seen' })).toBe(0);

    const values = (rowsOf(requests) as { value: number }[]).map(({ value }) => value);
    expect(values.sort((x, y) => x - y)).toEqual([11, 13, 21, 23, 31, 33]);
  });

  test('clear() removes all series, and counting starts anew', () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });
    const handle = requests.labels({ a: 'x' });
    handle.inc(5);

    requests.clear();
    handle.inc(5);
    requests.inc({ a: 'x' });

    expect(rowsOf(requests)).toEqual([{ labels: { a: 'x' }, value: 1 }]);
  });

  test('a series that is created again has a new start time', async () => {
    const requests = new Counter({ ...options, labelNames: ['a'] });
    const startMs = () => requests.collect()[0]!.startMs![0]!;
    const before = Date.now();
    requests.inc({ a: 'x' });
    const first = startMs();
    await new Promise((resolve) => setTimeout(resolve, 5));

    requests.remove({ a: 'x' });
    requests.inc({ a: 'x' });

    expect(first).toBeGreaterThanOrEqual(before);
    expect(startMs()).toBeGreaterThan(first);
  });
});

describe('a snapshot of a counter', () => {
  test('does not change when the metric does', () => {
    const requests = new Counter({ name: 'r_total', help: 'R.', registry: null, labelNames: ['a'] });
    for (let a = 0; a < 100; a++) requests.inc({ a }, a);
    const family = requests.collect()[0]!;
    const before = [...family.rows()];

    for (let a = 0; a < 200; a++) requests.inc({ a });
    for (let a = 0; a < 90; a++) requests.remove({ a });
    for (let a = 300; a < 900; a++) requests.inc({ a });
    requests.clear();
    requests.inc({ a: 'z' });

    expect([...family.rows()]).toEqual(before);
  });
});

describe('wrong arguments of a counter', () => {
  const requests = () => {
    const counter = new Counter({
      name: 'r_total',
      help: 'R.',
      registry: new Registry({ onInvalid: 'throw' }),
      labelNames: ['a', 'b'],
    });
    counter.inc({ a: 1, b: 2 }, 3);
    return counter;
  };

  test.each([-1, Number.NaN, Infinity, -Infinity, '1', '', true, null, 5n, {}, []])(
    'amount %s is refused and the series is unchanged',
    (amount) => {
      const counter = requests();
      const handle = counter.labels({ a: 1, b: 2 });

      expect(() => counter.inc({ a: 1, b: 2 }, amount as number)).toThrow(
        expect.objectContaining({ code: 'INVALID_VALUE' }),
      );
      expect(() => handle.inc(amount as number)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
      expect(rowsOf(counter)).toEqual([{ labels: { a: '1', b: '2' }, value: 3 }]);
    },
  );

  test.each<[unknown, string, string]>([
    [{ a: 1 }, 'INVALID_LABELS', 'Label "b" of metric "r_total" is missing; it takes "a", "b"'],
    [{}, 'INVALID_LABELS', 'Label "a" of metric "r_total" is missing; it takes "a", "b"'],
    [undefined, 'INVALID_LABELS', 'Label "a" of metric "r_total" is missing; it takes "a", "b"'],
    [{ a: 1, b: 2, c: 3 }, 'INVALID_LABELS', 'Metric "r_total" has no label "c"; it takes "a", "b"'],
    [{ a: 1, b: undefined }, 'INVALID_LABELS', 'Label "b" of metric "r_total" is missing; it takes "a", "b"'],
    [['x', 'y'], 'INVALID_LABELS', 'Metric "r_total" takes an object with "a", "b"; got an array of 2'],
    [
      { a: 1, b: null },
      'INVALID_LABEL_VALUE',
      'Label "b" of metric "r_total" must be a string, number or boolean; got null',
    ],
    [
      { a: {}, b: 2 },
      'INVALID_LABEL_VALUE',
      'Label "a" of metric "r_total" must be a string, number or boolean; got an object',
    ],
    [
      { a: ['x'], b: 2 },
      'INVALID_LABEL_VALUE',
      'Label "a" of metric "r_total" must be a string, number or boolean; got an array of 1',
    ],
    [
      { a: () => 1, b: 2 },
      'INVALID_LABEL_VALUE',
      'Label "a" of metric "r_total" must be a string, number or boolean; got a function',
    ],
    [
      { a: 1n, b: 2 },
      'INVALID_LABEL_VALUE',
      'Label "a" of metric "r_total" must be a string, number or boolean; got 1n',
    ],
    [
      { a: Symbol('s'), b: 2 },
      'INVALID_LABEL_VALUE',
      'Label "a" of metric "r_total" must be a string, number or boolean; got a symbol',
    ],
  ])('labels %o are refused and the series are unchanged', (labels, code, message) => {
    const counter = requests();

    for (const use of [
      () => counter.inc(labels as { a: 1; b: 2 }),
      () => counter.labels((labels ?? {}) as { a: 1; b: 2 }),
      () => counter.value((labels ?? {}) as { a: 1; b: 2 }),
    ]) {
      expect(use).toThrow(expect.objectContaining({ code, message }));
    }
    expect(rowsOf(counter)).toEqual([{ labels: { a: '1', b: '2' }, value: 3 }]);
    expect(counter.collect()[0]!.dictionaries).toEqual([['1'], ['2']]);
  });

  test('labels are refused by a counter without labels', () => {
    const counter = new Counter({ name: 'r_total', help: 'R.', registry: new Registry({ onInvalid: 'throw' }) });

    expect(() => (counter as unknown as Counter<'a'>).inc({ a: 1 })).toThrow(
      'Metric "r_total" has no label "a"; it takes no labels',
    );
  });
});

describe('the definition of a counter', () => {
  test.each<[object, string]>([
    [{ name: '9' }, 'INVALID_NAME'],
    [{ name: undefined }, 'INVALID_NAME'],
    [{ help: '' }, 'INVALID_HELP'],
    [{ help: '  ' }, 'INVALID_HELP'],
    [{ help: undefined }, 'INVALID_HELP'],
    [{ labelNames: ['a-b'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['a', 'a'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['__name__'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['le'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['quantile'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: 'a' }, 'INVALID_OPTION'],
    [{ constLabels: { 'a-b': 'x' } }, 'INVALID_LABEL_NAME'],
    [{ constLabels: { a: {} } }, 'INVALID_LABEL_VALUE'],
    [{ labelNames: ['a'], constLabels: { a: 'x' } }, 'INVALID_LABEL_NAME'],
    [{ unit: 'seconds' }, 'INVALID_UNIT'],
    [{ unit: '' }, 'INVALID_UNIT'],
    [{ unit: 'total' }, 'INVALID_UNIT'],
    [{ labelLimit: 0 }, 'INVALID_OPTION'],
    [{ labelLimit: { b: 5 } }, 'INVALID_OPTION'],
    [{ labelLimit: 1.5 }, 'INVALID_OPTION'],
    [{ seriesLimit: Number.NaN }, 'INVALID_OPTION'],
    [{ labelNames: ['a'], initialLabels: [{ b: 1 }] }, 'INVALID_LABELS'],
    [{ initialLabels: { a: 1 } }, 'INVALID_OPTION'],
    [{ initialLabels: 5 }, 'INVALID_OPTION'],
    [{ collect: 5 }, 'INVALID_OPTION'],
    [{ collect: null }, 'INVALID_OPTION'],
    [{ registry: {} }, 'INVALID_OPTION'],
    [{ registry: [null] }, 'INVALID_OPTION'],
  ])('with %o is refused and registers nothing', async (change, code) => {
    const registry = new Registry();
    const options = { name: 'r_total', help: 'R.', registry, ...change };

    expect(() => new Counter(options as never)).toThrow(expect.objectContaining({ code }));
    expect(await registry.gather()).toEqual([]);
  });

  test('may have a unit before _total, and constant labels in front of the others', () => {
    const counter = new Counter({
      name: 'sent_bytes_total',
      help: 'Sent.',
      unit: 'bytes',
      registry: null,
      constLabels: { zone: 'a', shard: 7 },
      labelNames: ['to'],
    });
    counter.inc({ to: 'x' });

    expect(counter.collect()[0]).toMatchObject({
      unit: 'bytes',
      constLabels: [
        { name: 'zone', value: 'a' },
        { name: 'shard', value: '7' },
      ],
    });
    expect(rowsOf(counter)).toEqual([{ labels: { zone: 'a', shard: '7', to: 'x' }, value: 1 }]);
  });

  test('is not affected when the caller changes the array of label names afterwards', () => {
    const labelNames: ('a' | 'b')[] = ['a'];
    const counter = new Counter({ name: 'r_total', help: 'R.', registry: null, labelNames });

    labelNames.push('b');
    (counter as unknown as Counter<'a'>).inc({ a: 1 });

    expect(rowsOf(counter)).toEqual([{ labels: { a: '1' }, value: 1 }]);
  });

  test.each([
    [{ labelnames: ['a'] }, 'did you mean "labelNames"?'],
    [{ registers: [] }, 'use "registry"'],
    [{ inc: 'oops' }, 'its options are name, help,'],
  ])('has no unknown option: %o', (change, advice) => {
    expect(() => new Counter({ name: 'r_total', help: 'R.', registry: null, ...change } as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(advice) }),
    );
  });
});
