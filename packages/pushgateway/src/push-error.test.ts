import { PromwrightError } from '@promwright/model';
import { describe, expect, test, vi } from 'vitest';
import { PushError } from './push-error.ts';

describe('PushError', () => {
  test('recognises errors of another copy of the package by instanceof', async () => {
    vi.resetModules();
    const copy = await import('./push-error.ts');
    const error = new copy.PushError('Refused', 2, { status: 500 });

    expect(copy.PushError).not.toBe(PushError);
    expect(error instanceof PushError).toBe(true);
    expect(error).toMatchObject({ code: 'PUSH_FAILED', status: 500, attempts: 2, name: 'PushError' });
  });

  test('does not recognise other errors', () => {
    class Subclass extends PushError {}

    const others = [new PromwrightError('PUSH_FAILED', 'Other'), new Error('Other'), null, 'text'];

    expect(others.map((value) => value instanceof PushError)).toEqual([false, false, false, false]);
    expect(new PushError('Refused', 1) instanceof Subclass).toBe(false);
  });
});
