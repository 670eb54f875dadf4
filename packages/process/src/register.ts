import { collectDefaultMetrics } from './collect-default-metrics.ts';

collectDefaultMetrics();
