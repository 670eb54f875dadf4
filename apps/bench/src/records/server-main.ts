import type { AddressInfo } from 'node:net';
import { instrumentations } from './instrumentations.ts';

// A process that is one application under one instrumentation: peers count in a registry of the whole process.

const server = await instrumentations[Number(process.argv[2])]!.create();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// Whoever asked is gone.
process.on('disconnect', () => process.exit());
process.send!((server.address() as AddressInfo).port);
