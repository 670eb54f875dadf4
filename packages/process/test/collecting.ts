import { Registry } from '@promwright/metrics';
import { onTestFinished } from 'vitest';
import { collectDefaultMetrics } from '../src/collect-default-metrics.ts';
import type { DefaultMetricsOptions } from '../src/default-metrics-options.ts';

/** Returns a new registry with default metrics, collected until the test has finished. */
export function collecting(options: DefaultMetricsOptions = {}): Registry {
  const registry = new Registry();
  const collectors = collectDefaultMetrics({ registry, ...options });
  onTestFinished(() => collectors.stop());
  return registry;
}
