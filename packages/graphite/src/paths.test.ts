import { Counter, Gauge, Histogram, Registry } from '@promwright/metrics';
import { familyFromRows, type Gatherer } from '@promwright/model';
import { describe, expect, onTestFinished, test } from 'vitest';
import { allTypes, expectedSamples } from '../test/all-types.ts';
import { Sink } from '../test/graphite-sink.ts';
import { GraphiteBridge } from './graphite-bridge.ts';
import type { GraphiteBridgeOptions } from './graphite-bridge-options.ts';
import { pathNode, tagValue } from './names.ts';

/** Returns the lines that arrive from one push, without times. */
async function pushed(registry: Gatherer, options: Partial<GraphiteBridgeOptions> = {}): Promise<string[]> {
  const sink = await Sink.start();
  const bridge = new GraphiteBridge({ host: '127.0.0.1', port: sink.port, registry, ...options });
  await bridge.push();
  // Resolves when the server has read all of it.
  await bridge.stop();
  // The stop has sent everything once more.
  const { series } = sink;
  expect(series.slice(series.length / 2)).toEqual(series.slice(0, series.length / 2));
  return series.slice(0, series.length / 2);
}

test('paths contain the labels as nodes after the name, sorted by name, for samples of every type', async () => {
  const registry = allTypes();

  const series = await pushed(registry);

  const expected = (await expectedSamples(registry)).map(({ name, labels, value }) => {
    const nodes = labels.map(([label, text]) => `.${label}.${pathNode(text)}`);
    return `${name}${nodes.join('')} ${value}`;
  });
  expect(series.toSorted()).toEqual(expected.toSorted());
});

test('paths contain the labels as tags after the name, sorted by name, for samples of every type', async () => {
  const registry = allTypes();

  const series = await pushed(registry, { tags: true });

  const expected = (await expectedSamples(registry)).map(({ name, labels, value }) => {
    const tags = labels.map(([label, text]) => {
      const tag = label === 'name' ? 'exported_name' : label;
      return [tag, `;${tag}=${tagValue(text)}`] as const;
    });
    tags.sort(([a], [b]) => (a < b ? -1 : 1));
    return `${name}${tags.map(([, text]) => text).join('')} ${value}`;
  });
  expect(series.toSorted()).toEqual(expected.toSorted());
});

test('the option "path" is called for samples of every type, with all labels', async () => {
  const registry = allTypes();

  const series = await pushed(registry, {
    path({ name, labels }) {
      const shown = Object.entries(labels).filter(([, value]) => value !== '');
      shown.sort(([a], [b]) => (a < b ? -1 : 1));
      return [name, ...shown.map(([label, value]) => `${label}:${pathNode(value)}`)].join('.');
    },
  });

  const expected = (await expectedSamples(registry)).map(
    ({ name, labels, value }) =>
      `${[name, ...labels.map(([label, text]) => `${label}:${pathNode(text)}`)].join('.')} ${value}`,
  );
  expect(series.toSorted()).toEqual(expected.toSorted());
});

test('paths of a histogram are equal to the paths of client_golang', async () => {
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'name',
    help: 'H.',
    labelNames: ['labelname'],
    constLabels: { constname: 'constvalue' },
    buckets: [0.01, 0.02, 0.05, 0.1],
    registry,
  });
  histogram.labels({ labelname: 'val1' });
  histogram.observe({ labelname: 'val2' }, 0.03);

  // From a test of client_golang, which has another order.
  expect(await pushed(registry, { prefix: 'prefix' })).toEqual([
    'prefix.name_bucket.constname.constvalue.labelname.val1.le.0_01 0',
    'prefix.name_bucket.constname.constvalue.labelname.val1.le.0_02 0',
    'prefix.name_bucket.constname.constvalue.labelname.val1.le.0_05 0',
    'prefix.name_bucket.constname.constvalue.labelname.val1.le.0_1 0',
    'prefix.name_bucket.constname.constvalue.labelname.val1.le._Inf 0',
    'prefix.name_count.constname.constvalue.labelname.val1 0',
    'prefix.name_sum.constname.constvalue.labelname.val1 0',
    'prefix.name_bucket.constname.constvalue.labelname.val2.le.0_01 0',
    'prefix.name_bucket.constname.constvalue.labelname.val2.le.0_02 0',
    'prefix.name_bucket.constname.constvalue.labelname.val2.le.0_05 1',
    'prefix.name_bucket.constname.constvalue.labelname.val2.le.0_1 1',
    'prefix.name_bucket.constname.constvalue.labelname.val2.le._Inf 1',
    'prefix.name_count.constname.constvalue.labelname.val2 1',
    'prefix.name_sum.constname.constvalue.labelname.val2 0.03',
  ]);
});

test('tags contain the unchanged bound of a bucket', async () => {
  const registry = new Registry();
  const labelNames = ['zone', 'host'] as const;
  new Histogram({ name: 'h', help: 'H.', labelNames, buckets: [0.5], registry }).observe({ zone: 'z', host: 'a' }, 1);

  expect(await pushed(registry, { prefix: 'apps.shop', tags: true })).toEqual([
    'apps.shop.h_bucket;host=a;le=0.5;zone=z 0',
    'apps.shop.h_bucket;host=a;le=+Inf;zone=z 1',
    'apps.shop.h_count;host=a;zone=z 1',
    'apps.shop.h_sum;host=a;zone=z 1',
  ]);
});

/** Returns a gatherer of one family with one series, with any names. */
function gauge(name: string, labels: Readonly<Record<string, string>>, value = 1): Gatherer {
  const family = familyFromRows({ name: 'x', type: 'gauge', rows: [{ value }] });
  const constLabels = Object.entries(labels).map(([label, text]) => ({ name: label, value: text }));
  return { gather: async () => [{ ...family, name, constLabels }] };
}

describe('paths replace names that Graphite would lose or misread', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['a', { name: 'n' }, 'a.name.n', 'a;exported_name=n'],
    ['a', { __name__: 'n' }, 'a.__name__.n', 'a;exported___name__=n'],
    ['a', { name: 'n', exported_name: 'm' }, 'a.exported_name.m.name.n', 'a;exported_exported_name=m;exported_name=n'],
    ['a', { 'b.c': '1', b_c: '2' }, 'a.b_c.1.b_c.2', 'a;b_c=1;exported_b_c=2'],
    [
      'http.server.duration',
      { 'http.route': '/a' },
      'http_server_duration.http_route._a',
      'http_server_duration;http_route=/a',
    ],
    ['a', { empty: '', full: 'f' }, 'a.full.f', 'a;full=f'],
    ['a', { empty: '' }, 'a', 'a'],
    ['job:rate5m', {}, 'job:rate5m', 'job:rate5m'],
    ['a', { first: '~x' }, 'a.first._x', 'a;first=_x'],
    ['a', { 'a=b;c': '1' }, 'a.a_b_c.1', 'a;a_b_c=1'],
  ])('%s %j', async (name, labels, asNodes, asTags) => {
    expect(await pushed(gauge(name, labels))).toEqual([`${asNodes} 1`]);
    expect(await pushed(gauge(name, labels), { tags: true })).toEqual([`${asTags} 1`]);
  });
});

test('tags of the bridge are added to every series without a label of that name', async () => {
  const tags = { host: 'web-1', port: 80, live: true };

  expect(await pushed(gauge('a', { zone: 'z' }), { tags })).toEqual(['a;host=web-1;live=true;port=80;zone=z 1']);
  expect(await pushed(gauge('a', { host: 'other' }), { tags })).toEqual(['a;host=other;live=true;port=80 1']);
});

describe('values are written as the shortest decimals that read back', () => {
  test.each([
    [0.1 + 0.2, '0.30000000000000004'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
    [-0, '0'],
    [123456789012345680000, '123456789012345680000'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('%d as %s', async (value, text) => {
    expect(await pushed(gauge('a', {}, value))).toEqual([`a ${text}`]);
  });
});

test('a sample keeps its timestamp in whole seconds; a sample without one has the time of gathering', async () => {
  const sink = await Sink.start();
  const rows = [
    { labels: { at: 'own' }, value: 1, timestampMs: 1_477_043_083_999 },
    { labels: { at: 'now' }, value: 2 },
  ];
  const registry: Gatherer = { gather: async () => [familyFromRows({ name: 'a', type: 'gauge', rows })] };
  const bridge = new GraphiteBridge({ host: '127.0.0.1', port: sink.port, registry });
  onTestFinished(() => bridge.stop());

  const before = Math.floor(Date.now() / 1000);
  await bridge.push();
  const after = Date.now() / 1000;

  const [own, now] = await sink.untilLines(2);
  expect(own).toBe('a.at.own 1 1477043083');
  const [, seconds] = /^a\.at\.now 2 (\d+)$/.exec(now!)!;
  expect(Number(seconds)).toBeGreaterThanOrEqual(before);
  expect(Number(seconds)).toBeLessThanOrEqual(after);
});

describe('samples that Graphite cannot store are omitted and counted', () => {
  test.each<[string, Gatherer]>([
    ['value', gauge('a', {}, Number.NaN)],
    ['length', gauge('a', { long: 'ä'.repeat(8000) })],
    ...[-1000, 2 ** 32 * 1000, 1e300, Infinity].map((timestampMs): [string, Gatherer] => [
      'time',
      { gather: async () => [familyFromRows({ name: 'a', type: 'gauge', rows: [{ value: 1, timestampMs }] })] },
    ]),
  ])('reason %s', async (reason, gatherer) => {
    const registerer = new Registry();
    const both: Gatherer = {
      gather: async () => [...(await gatherer.gather()), ...(await gauge('b', {}, 2).gather())],
    };

    expect(await pushed(both, { tags: true, registerer })).toEqual(['b 2']);

    // Counts of the push and of the stop.
    const [droppedSamples] = await registerer.gather({ names: ['promwright_graphite_points_dropped_total'] });
    const counts = [...droppedSamples!.rows()].map((row) => [row.labels.reason, (row as { value: number }).value]);
    expect(Object.fromEntries(counts)).toEqual({ value: 0, time: 0, length: 0, path: 0, [reason]: 2 });
  });
});

describe('the option "path"', () => {
  const registry = new Registry();
  const orders = new Counter({ name: 'orders_total', help: 'O.', labelNames: ['product'], registry });
  orders.inc({ product: 'green tea' }, 2);
  orders.inc({ product: 'water' });
  new Gauge({ name: 'secret', help: 'S.', registry }).set(1);

  test('returns the paths of samples and omits some', async () => {
    const path: GraphiteBridgeOptions['path'] = ({ name, labels }) =>
      name === 'secret' ? undefined : `shop.${pathNode(labels.product!)}.${name};dc=${tagValue('a b')}`;

    expect(await pushed(registry, { path })).toEqual([
      'shop.green_tea.orders_total;dc=a_b 2',
      'shop.water.orders_total;dc=a_b 1',
    ]);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no such product');
      },
      /"secret": no such product$/,
    ],
    [
      'throws a string',
      () => {
        throw 'text';
      },
      /"secret": text$/,
    ],
    ['returns a number', () => 7, /must be a string or undefined; got 7$/],
    ['returns null', () => null, /must be a string or undefined; got null$/],
    ['returns a promise', async () => 'x', /must be a string or undefined; got an object$/],
    ['returns an empty string', () => '', /must consist of nodes between dots.*; got ""$/],
    ['returns a space', () => 'a b', /got "a b"$/],
    ['returns two lines', () => 'a 1 2\nb', /got "a 1 2\\nb"$/],
    ['returns an empty node', () => 'a..b', /got "a\.\.b"$/],
    ['returns a dot at the end', () => 'a.', /got "a\."$/],
    ['returns an empty tag', () => 'a;b=', /got "a;b="$/],
    ['returns a tag without a value', () => 'a;b', /got "a;b"$/],
    ['returns a tag that begins with ~', () => 'a;b=~c', /got "a;b=~c"$/],
  ])('that %s omits the sample, is counted, and is reported once', async (_, broken, message) => {
    const errors: Error[] = [];
    const registerer = new Registry();
    const path = ({ name }: { name: string }) => (name === 'secret' ? (broken() as string) : 'ok');

    const series = await pushed(registry, { path, registerer, onError: (error) => errors.push(error) });

    expect(series).toEqual(['ok 2', 'ok 1']);
    // The function failed twice: in the push and in the stop.
    expect(errors.map((error) => error.message)).toEqual([expect.stringMatching(message)]);
    expect(errors[0]).toMatchObject({ code: 'INVALID_NAME' });
    const [droppedSamples] = await registerer.gather({ names: ['promwright_graphite_points_dropped_total'] });
    expect([...droppedSamples!.rows()]).toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining({ reason: 'path' }), value: 2 }),
    );
  });
});
