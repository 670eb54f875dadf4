import type { AddressInfo } from 'node:net';
import { createApplication } from './applications.ts';
import { ChurningMetrics } from './churning-metrics.ts';
import type { Framework } from './frameworks.ts';

// Process of one application, whose metrics change all the time.

const STEP_MS = 20;

const server = await createApplication(process.argv[2] as Framework);
const metrics = new ChurningMetrics();
metrics.step();
setInterval(() => metrics.step(), STEP_MS);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// The parent has ended.
process.on('disconnect', () => process.exit());
process.send!((server.address() as AddressInfo).port);
