import type { StateSetRow } from '@promwright/model';
import { expect, test } from 'vitest';
import { Registry } from './registry/registry.ts';
import { StateSet } from './state-set.ts';

function statesOf(set: { collect(): readonly { rows(): Iterable<object> }[] }): unknown[] {
  return [...set.collect()[0]!.rows()].map((row) => {
    const { labels, states } = row as StateSetRow;
    return [{ ...labels }, { ...states }];
  });
}

test('a state set begins in its first state, and set() changes the state', () => {
  const mode = new StateSet({ name: 'mode', help: 'M.', registry: null, states: ['starting', 'up', 'draining'] });
  expect(statesOf(mode)).toEqual([[{}, { starting: true, up: false, draining: false }]]);

  mode.set('up');

  expect(statesOf(mode)).toEqual([[{}, { starting: false, up: true, draining: false }]]);
  expect(mode.value()).toBe('up');
});

test('a state set may have labels', () => {
  const mode = new StateSet({ name: 'mode', help: 'M.', registry: null, states: ['on', 'off'], labelNames: ['node'] });

  mode.set({ node: 'a' }, 'off');
  mode.labels({ node: 'b' }).set('off');
  mode.labels({ node: 'b' }).set('on');

  expect(statesOf(mode)).toEqual([
    [{ node: 'a' }, { on: false, off: true }],
    [{ node: 'b' }, { on: true, off: false }],
  ]);
  expect([mode.value({ node: 'a' }), mode.labels({ node: 'b' }).value()]).toEqual(['off', 'on']);
});

test('an unknown state is refused, and the state set is then unchanged', () => {
  const mode = new StateSet({
    name: 'mode',
    help: 'M.',
    registry: new Registry({ onInvalid: 'throw' }),
    states: ['on', 'off'],
    labelNames: ['node'],
  });
  mode.set({ node: 'a' }, 'off');
  const refused = expect.objectContaining({
    code: 'INVALID_VALUE',
    message: 'State set "mode" must be in one of the states "on", "off"; got "broken"',
  });

  expect(() => mode.set({ node: 'a' }, 'broken' as 'on')).toThrow(refused);
  expect(() => mode.set({ node: 'new' }, 'broken' as 'on')).toThrow(refused);
  expect(() => mode.labels({ node: 'a' }).set('broken' as 'on')).toThrow(refused);
  expect(statesOf(mode)).toEqual([[{ node: 'a' }, { on: false, off: true }]]);
});

test.each([
  [{ states: [] }, 'INVALID_OPTION'],
  [{ states: 'on' }, 'INVALID_OPTION'],
  [{ states: ['on', 1] }, 'INVALID_OPTION'],
  [{ states: ['on', 'on'] }, 'INVALID_OPTION'],
  [{ states: undefined }, 'INVALID_OPTION'],
  [{ states: ['on'], labelNames: ['mode'] }, 'INVALID_LABEL_NAME'],
  [{ states: ['on'], constLabels: { mode: 'x' } }, 'INVALID_LABEL_NAME'],
  [{ states: ['on'], name: 'app:mode', labelNames: ['app_mode'] }, 'INVALID_LABEL_NAME'],
  [{ states: ['on'], unit: 'mode' }, 'INVALID_UNIT'],
])('a state set with %o is refused', (options, code) => {
  expect(() => new StateSet({ name: 'mode', help: 'M.', registry: null, ...options } as never)).toThrow(
    expect.objectContaining({ code }),
  );
});
