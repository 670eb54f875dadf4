import { setTimeout as delay } from 'node:timers/promises';

/** Paths of the example, and some that it does not have. */
const PATHS = ['/', '/hello/ada', '/hello/grace', '/hello/edsger', '/hello/barbara', '/no/such/page'];

/** Sends some 20 requests per second, one after the other, until it is stopped. */
export async function sendTraffic(url: string, signal: AbortSignal): Promise<void> {
  for (let i = 0; !signal.aborted; i++) {
    try {
      const response = await fetch(url + PATHS[(i * 7) % PATHS.length], { signal });
      await response.arrayBuffer();
      await delay(30 + (i % 5) * 10, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
