import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Tells the process that sends the traffic that a request has reached its handler, so that its client may leave. */
export function reached(): void {
  process.send?.('reached');
}

/** Some moments after the client has left: when a slow handler is done at last. */
export async function afterClientLeft({ socket }: IncomingMessage): Promise<void> {
  const left = once(socket, 'close');
  reached();
  await left;
  await delay(20);
}
