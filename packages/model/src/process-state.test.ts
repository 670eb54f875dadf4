import { expect, onTestFinished, test, vi } from 'vitest';
import { processState } from './process-state.ts';

const KEY = Symbol.for('@promwright/process-state-test@1');

test('processState creates the state of a name once and returns the same object to every caller', async () => {
  onTestFinished(() => void Reflect.deleteProperty(globalThis, KEY));
  const create = vi.fn(() => ({ count: 0 }));
  const first = processState('process-state-test@1', create);
  first.count++;

  // A second copy of the module, as in a program that loads the package by import and by require.
  vi.resetModules();
  const copy = await import('./process-state.ts');
  const second = copy.processState('process-state-test@1', create);

  expect(copy.processState).not.toBe(processState);
  expect(second).toBe(first);
  expect(second.count).toBe(1);
  expect(create).toHaveBeenCalledTimes(1);
});

test('processState stores nothing if the creation throws, so that a later call can create the state', () => {
  onTestFinished(() => void Reflect.deleteProperty(globalThis, KEY));
  const fail = (): object => {
    throw new Error('not yet');
  };

  expect(() => processState('process-state-test@1', fail)).toThrow('not yet');
  expect(processState('process-state-test@1', () => ({ count: 1 }))).toEqual({ count: 1 });
});

test('processState keeps states of different names apart and out of enumeration', () => {
  onTestFinished(() => void Reflect.deleteProperty(globalThis, KEY));
  const state = processState('process-state-test@1', () => ({}));

  expect(Object.getOwnPropertyDescriptor(globalThis, KEY)).toMatchObject({ value: state, enumerable: false });
  expect(Reflect.get(globalThis, Symbol.for('@promwright/process-state-test@2'))).toBeUndefined();
});
