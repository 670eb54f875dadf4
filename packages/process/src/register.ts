import { collectDefaultMetrics } from './collect-default-metrics.ts';

// Imported for this effect: metrics of the process in the default registry.
collectDefaultMetrics();
