import { lookup } from 'node:dns/promises';
import { expect, test } from 'vitest';
import { collecting } from '../../test/collecting.ts';
import { valuesOf } from '../../test/values-of.ts';

test('group dns measures lookups of names', async () => {
  const registry = collecting({ include: ['dns'] });

  await lookup('localhost');

  const values = await valuesOf(registry);
  expect(values['nodejs_dns_lookup_duration_seconds_count{operation="lookup"}']).toBe(1);
  expect(values['nodejs_dns_lookup_duration_seconds_sum{operation="lookup"}']).toBeGreaterThan(0);
});
