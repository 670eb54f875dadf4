import { setTimeout as delay } from 'node:timers/promises';

/** Requests of customers of the example, and of a scanner. */
const REQUESTS: readonly [method: string, path: string][] = [
  ['GET', '/products/tea'],
  ['GET', '/products/coffee'],
  ['GET', '/products/cocoa'],
  ['POST', '/products/tea/orders'],
  ['GET', '/products/tea'],
  ['GET', '/wp-login.php'],
];

/** Sends about 20 requests per second, one by one, until the signal aborts. */
export async function sendTraffic(url: string, signal: AbortSignal): Promise<void> {
  for (let i = 0; !signal.aborted; i++) {
    try {
      const [method, path] = REQUESTS[i % REQUESTS.length]!;
      const response = await fetch(url + path, { method, signal });
      await response.arrayBuffer();
      await delay(30 + (i % 5) * 10, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
