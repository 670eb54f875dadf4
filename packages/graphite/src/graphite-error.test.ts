import { PromwrightError } from '@promwright/model';
import { describe, expect, test, vi } from 'vitest';
import { GraphiteError } from './graphite-error.ts';

describe('GraphiteError', () => {
  test('recognises errors of another copy of the package by instanceof', async () => {
    vi.resetModules();
    const copy = await import('./graphite-error.ts');
    const error = new copy.GraphiteError('timeout', 'Late');

    expect(copy.GraphiteError).not.toBe(GraphiteError);
    expect(error instanceof GraphiteError).toBe(true);
    expect(error).toMatchObject({ code: 'PUSH_FAILED', reason: 'timeout', name: 'GraphiteError' });
  });

  test('does not recognise other errors', () => {
    class Subclass extends GraphiteError {}

    const others = [new PromwrightError('PUSH_FAILED', 'Other'), new Error('Other'), null, 'text'];

    expect(others.map((value) => value instanceof GraphiteError)).toEqual([false, false, false, false]);
    expect(new GraphiteError('tls', 'No trust') instanceof Subclass).toBe(false);
  });
});
