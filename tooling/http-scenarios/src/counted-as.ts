import type { Registry } from '@promwright/metrics';
import { expect } from 'vitest';
import { ended } from './counts.ts';
import { eventually } from './eventually.ts';

/** Sends one request, waits until it is counted, and returns its recorded method, route and status. */
export async function countedAs(registry: Registry, send: () => Promise<unknown>): Promise<string | undefined> {
  const before = ended(registry);
  await send();
  await eventually(() => expect(ended(registry)).not.toEqual(before));
  const after = ended(registry);
  return Object.keys(after).find((key) => after[key] !== before[key]);
}
