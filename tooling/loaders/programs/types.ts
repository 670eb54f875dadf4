// Compiled only: the packages without a framework, with the checks of declaration files on.
import { joinProcesses, mergeFamilies } from '@promwright/cluster';
import { gatherWithTimeout } from '@promwright/exporter';
import { formatText } from '@promwright/exposition';
import { GraphiteBridge } from '@promwright/graphite';
import { scrapeHandler, startMetricsServer } from '@promwright/http';
import { fetchMetrics } from '@promwright/http/fetch';
import { lint } from '@promwright/lint';
import { Counter, defaultRegistry, type Registry } from '@promwright/metrics';
import type { MetricFamily } from '@promwright/model';
import { parseText } from '@promwright/parser';
import { collectDefaultMetrics } from '@promwright/process';
import { Pushgateway } from '@promwright/pushgateway';
import { writeTextfile } from '@promwright/textfile';

const registry: Registry = defaultRegistry;
const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });
orders.inc({ product: 'tea' }, 2);
// @ts-expect-error A label that the counter does not have.
orders.inc({ produkt: 'tea' });
export const families: readonly MetricFamily[] = parseText(formatText(registry.gatherSync()));
export const used = [
  joinProcesses,
  mergeFamilies,
  gatherWithTimeout,
  GraphiteBridge,
  scrapeHandler,
  startMetricsServer,
  fetchMetrics,
  lint,
  collectDefaultMetrics,
  Pushgateway,
  writeTextfile,
];
