import { expect, test } from 'vitest';
import { Gauge } from './gauge.ts';
import { Info } from './info.ts';
import { Registry } from './registry/registry.ts';

function shown(families: readonly { name: string; rows(): Iterable<{ labels: object }> }[]): unknown[] {
  return families.flatMap(({ name, rows, ...family }) =>
    [...rows.call({ name, ...family })].map((row) => [name, { ...row.labels }, (row as { value?: number }).value]),
  );
}

test('an info has a series of value 1 with its facts as labels, once they are set', async () => {
  const registry = new Registry({ labels: { zone: 'a' } });
  const info = new Info({ name: 'app_info', help: 'The program.', registry, constLabels: { team: 'x' } });
  expect(shown(await registry.gather())).toEqual([]);

  info.set({ version: '1.2', build: 7 });
  expect(shown(await registry.gather())).toEqual([
    ['app_info', { zone: 'a', team: 'x', version: '1.2', build: '7' }, 1],
  ]);

  info.set({ commit: 'abc' });
  expect(shown(await registry.gather())).toEqual([['app_info', { zone: 'a', team: 'x', commit: 'abc' }, 1]]);
});

test('target_info is the first family, whenever it was created', async () => {
  const registry = new Registry();
  new Gauge({ name: 'a', help: 'A.', registry });
  new Info({ name: 'target_info', help: 'The program.', registry }).set({ version: '1' });

  expect((await registry.gather()).map(({ name }) => name)).toEqual(['target_info', 'a']);
});

test('an info defined twice shows the facts that were set last', async () => {
  const registry = new Registry();
  const define = () => new Info({ name: 'app_info', help: 'The program.', registry });
  define().set({ version: '1' });

  define().set({ version: '2' });

  expect(shown(await registry.gather())).toEqual([['app_info', { version: '2' }, 1]]);
});

test('an info may have a name and facts of any characters, if its registry allows them', () => {
  const registry = new Registry({ nameValidationScheme: 'utf8' });
  const info = new Info({ name: 'app.build_info', help: 'The program.', registry });

  info.set({ 'service.name': 'shop', version: 1 });
  // Two labels that are equal after escaping.
  info.set({ 'a.b': 1, a_b: 2 });

  expect(shown(registry.gatherSync()).slice(0, 1)).toEqual([
    ['app.build_info', { 'service.name': 'shop', version: '1' }, 1],
  ]);
});

test('facts that cannot be labels are refused, and the facts are then unchanged', () => {
  const info = new Info({
    name: 'app_info',
    help: 'The program.',
    registry: new Registry({ onInvalid: 'throw' }),
    constLabels: { team: 'x' },
  });
  info.set({ version: '1' });

  expect(() => info.set({ 'a-b': '1' })).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_NAME' }));
  expect(() => info.set({ team: 'y' })).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_NAME' }));
  expect(() => info.set({ version: null as never })).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_VALUE' }));
  expect(shown(info.collect())).toEqual([['app_info', { team: 'x', version: '1' }, 1]]);
});

test.each([
  [{ name: 'app' }, 'INVALID_NAME'],
  [{ name: 'a-info' }, 'INVALID_NAME'],
  [{ name: 'a_info', help: '' }, 'INVALID_HELP'],
])('an info with %o is refused', (options, code) => {
  expect(() => new Info({ help: 'H.', registry: null, ...options })).toThrow(expect.objectContaining({ code }));
});
