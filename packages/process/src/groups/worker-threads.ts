import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';

/** Channel on which Node reports the creation of a worker by this thread. */
const CHANNEL = 'worker_threads';

/** Starts the metrics of worker threads started by this thread. */
export function startWorkerThreads(context: GroupContext): StartedGroup {
  const running = context.threadGauge({
    name: 'nodejs_worker_threads',
    help: 'Worker threads started by this thread since collection began and still running.',
  });
  const created = context.threadCounter({
    name: 'nodejs_worker_threads_created_total',
    help: 'Worker threads started by this thread since collection began.',
  });
  const workers = new Set<Worker>();
  const onExit = function (this: Worker): void {
    workers.delete(this);
  };
  const counts = {
    total: 0,
    onCreated: context.guard((message: unknown) => {
      const { worker } = message as { worker: Worker };
      counts.total++;
      workers.add(worker);
      worker.once('exit', onExit);
    }),
  };
  const endSubscription = subscribeWeakly(counts);
  const measured = new MeasuredFamilies([running, created], {
    measure() {
      running.add(workers.size);
      created.add(counts.total);
    },
  });
  return {
    collectors: [measured],
    stop() {
      endSubscription();
      for (const worker of workers) worker.off('exit', onExit);
      workers.clear();
    },
  };
}

/**
 * Subscribes through a WeakRef, so that Node's subscriber list does not keep a dropped registry alive. The subscription
 * ends once the subscriber is collected.
 */
function subscribeWeakly(subscriber: { readonly onCreated: (message: unknown) => void }): () => void {
  const weak = new WeakRef(subscriber);
  const listener = (message: unknown): void => {
    const target = weak.deref();
    if (target === undefined) unsubscribe(CHANNEL, listener);
    else target.onCreated(message);
  };
  subscribe(CHANNEL, listener);
  return () => unsubscribe(CHANNEL, listener);
}
