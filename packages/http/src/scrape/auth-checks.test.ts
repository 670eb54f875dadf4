import { describe, expect, test } from 'vitest';
import { AuthChecks } from './auth-checks.ts';

const never = () => new Promise<never>(() => undefined);
const { signal } = new AbortController();

describe('AuthChecks', () => {
  test('a check that never ends is late after its time', async () => {
    const checks = new AuthChecks({ challenge: undefined, isAllowed: never }, 1);

    expect(await checks.check(undefined, undefined, 20, signal)).toBe('late');
  });

  test('the oldest check gives way to a check above the limit', async () => {
    const isAllowed = (_: unknown, req: unknown) => (req === 'prometheus' ? Promise.resolve(true) : never());
    const checks = new AuthChecks({ challenge: undefined, isAllowed }, 1);

    const verdicts = Array.from({ length: 16 }, () => checks.check(undefined, 'other', Infinity, signal));
    const served = await checks.check(undefined, 'prometheus', Infinity, signal);

    expect(served).toBe('allowed');
    expect(await verdicts[0]).toBe('late');
    expect(await Promise.race([verdicts[1], Promise.resolve('waits')])).toBe('waits');
  });

  test('a check of a client that left ends at once', async () => {
    const left = new AbortController();
    const checks = new AuthChecks({ challenge: undefined, isAllowed: never }, Infinity);

    const verdict = checks.check(undefined, undefined, Infinity, left.signal);
    left.abort();

    expect(await verdict).toBe('late');
    expect(await checks.check(undefined, undefined, Infinity, left.signal)).toBe('late');
  });

  test('a check that fails allows nothing', async () => {
    const checks = new AuthChecks({ challenge: undefined, isAllowed: () => Promise.reject(new Error('x')) }, 1);

    expect(await checks.check(undefined, undefined, 1000, signal)).toBe('refused');
  });
});
