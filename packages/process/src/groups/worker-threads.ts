import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';

/** Node says there that this thread has made a worker. */
const CHANNEL = 'worker_threads';

/** The worker threads that this thread started. */
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
 * Node keeps its subscribers. It must not keep a registry by them which everybody else has dropped, so they are no part of
 * what the registry holds, and go when that does.
 */
function subscribeWeakly(subscriber: { readonly onCreated: (message: unknown) => void }): () => void {
  const weak = new WeakRef(subscriber);
  const listener = (message: unknown): void => {
    const there = weak.deref();
    if (there === undefined) unsubscribe(CHANNEL, listener);
    else there.onCreated(message);
  };
  subscribe(CHANNEL, listener);
  return () => unsubscribe(CHANNEL, listener);
}
