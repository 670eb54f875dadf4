import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Tells the process that sends the traffic that a request has reached its handler, so that the client can disconnect. */
export function reached(): void {
  process.send?.('reached');
}

/** Announces the request, waits until the client has disconnected, and resolves 20 ms later: a slow handler responds too late. */
export async function afterClientLeft({ socket }: IncomingMessage): Promise<void> {
  const left = once(socket, 'close');
  reached();
  await left;
  await delay(20);
}
