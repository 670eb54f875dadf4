import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { MeasuredFamilies } from '../measured-families.ts';

/** Node says there that this thread has made a worker. */
const CHANNEL = 'worker_threads';

/** The worker threads that this thread started. */
export function startWorkerThreads(context: GroupContext): StartedGroup {
  const running = context.threadGauge({
    name: 'nodejs_worker_threads',
    help: 'Worker threads that this thread started since its metrics are collected, and that have not ended.',
  });
  const created = context.threadCounter({
    name: 'nodejs_worker_threads_created_total',
    help: 'Worker threads that this thread started since its metrics are collected.',
  });
  const workers = new Set<Worker>();
  let total = 0;
  const onExit = function (this: Worker): void {
    workers.delete(this);
  };
  const onCreated = context.guard((message: unknown) => {
    const { worker } = message as { worker: Worker };
    total++;
    workers.add(worker);
    worker.once('exit', onExit);
  });
  subscribe(CHANNEL, onCreated);
  const measured = new MeasuredFamilies([running, created], {
    measure() {
      running.add(workers.size);
      created.add(total);
    },
  });
  return {
    collectors: [measured],
    stop() {
      unsubscribe(CHANNEL, onCreated);
      for (const worker of workers) worker.off('exit', onExit);
      workers.clear();
    },
  };
}
