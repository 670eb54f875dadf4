import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { Member, ready } from '../member.ts';
import { loadPeer, type PeerName } from './peer-library.ts';
import type { Service } from './service.ts';

const MAIN = fileURLToPath(new URL('../peer-main.js', import.meta.url));

/** Workers of a cluster, whose primary, this process, asks all of them at each scrape. */
export class PeerService implements Service {
  readonly #library: PeerName;
  readonly #registry: { clusterMetrics(): Promise<string> };

  constructor(library: PeerName) {
    this.#library = library;
    this.#registry = new (loadPeer(library).AggregatorRegistry)();
  }

  async startMember(truthFile: string): Promise<Member> {
    cluster.setupPrimary({ exec: MAIN, args: [this.#library, truthFile], execArgv: [] });
    const worker = cluster.fork();
    // A message to a worker that was killed would end this process.
    worker.on('error', () => undefined);
    const child = worker.process;
    await ready(child as Parameters<typeof ready>[0]);
    return new Member(child as Parameters<typeof ready>[0], truthFile, (command) => worker.send(command), undefined);
  }

  scrape(): Promise<string> {
    return this.#registry.clusterMetrics();
  }

  files(): number {
    return 0;
  }

  close(): void {}
}
