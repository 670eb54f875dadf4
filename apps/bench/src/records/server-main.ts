import type { AddressInfo } from 'node:net';
import { instrumentations } from './instrumentations.ts';

// Process of one application with one instrumentation. Peers count in a registry of the whole process, so each needs a process.

const server = await instrumentations[Number(process.argv[2])]!.create();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// The parent has ended.
process.on('disconnect', () => process.exit());
process.send!((server.address() as AddressInfo).port);
