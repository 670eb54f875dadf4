import { readFile } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { collectDefaultMetrics as collectOfficial, register } from '@prometheus-io/client';
import type { Registry } from '@promwright/metrics';
import { type MetricFamily, samples } from '@promwright/model';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { collecting } from '../test/collecting.ts';

/** Properties of a metric used by dashboards. */
type Signatures = Record<string, { readonly type: string; readonly labels: readonly string[] }>;

beforeAll(() => {
  collectOfficial();
});

/** Gives every metric a value: opens a handle, and runs garbage collections of each common kind. */
function doSomething(): void {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
  gc();
  gc({ type: 'minor' });
}

/** Starts reading a file large enough to be in progress after a scrape. */
function beginRequest(): void {
  readFile(process.execPath, () => undefined);
}

async function theirSignatures(): Promise<Signatures> {
  beginRequest();
  const metrics = await register.getMetricsAsJSON();
  return Object.fromEntries(
    metrics.map(({ name, type, values }) => {
      const labels = (values as readonly { readonly labels?: object }[]).flatMap((value) =>
        Object.keys(value.labels ?? {}),
      );
      return [name, { type: String(type), labels: namesIn(labels) }];
    }),
  );
}

async function ourSignatures(registry: Registry): Promise<Signatures> {
  beginRequest();
  const families = await registry.gather({ strict: true });
  return Object.fromEntries(families.map((family) => [family.name, signatureOf(family)]));
}

function signatureOf(family: MetricFamily): Signatures[string] {
  const labels = [...samples(family)].flatMap((sample) => sample.labels.map(({ name }) => name));
  // The text format has no type info.
  return { type: family.type === 'info' ? 'gauge' : family.type, labels: namesIn(labels) };
}

function namesIn(labels: readonly string[]): string[] {
  return [...new Set(labels)].filter((name) => name !== 'le' && name !== 'quantile').sort();
}

test('every metric of the official client exists with the same name, labels and type', async () => {
  const registry = collecting();
  const prefixed = collecting({ prefix: 'shop_' });
  doSomething();
  // The utilization of the first second is known at its end.
  while (!('shop_nodejs_eventloop_utilization_summary' in (await ourSignatures(prefixed)))) await delay(50);

  const theirs = await theirSignatures();

  expect(Object.keys(theirs).length).toBeGreaterThan(30);
  expect(await ourSignatures(registry)).toMatchObject(theirs);
  expect(await ourSignatures(prefixed)).toMatchObject(
    Object.fromEntries(Object.entries(theirs).map(([name, signature]) => [`shop_${name}`, signature])),
  );
});
