import { createApplication } from './applications.ts';
import { ChurningMetrics } from './churning-metrics.ts';
import type { Framework } from './frameworks.ts';

// Process of one application, whose metrics change all the time. Arguments: framework and port.

const STEP_MS = 20;

const [framework, port] = process.argv.slice(2);
const server = await createApplication(framework as Framework);
const metrics = new ChurningMetrics();
metrics.step();
setInterval(() => metrics.step(), STEP_MS);
server.listen(Number(port), '127.0.0.1');
