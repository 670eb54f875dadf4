import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from './page-fault.ts';

/**
 * Reads one page.
 * @param stallMs time in milliseconds for which nothing is read after the response began; the writer of the page then waits
 */
export async function scrapePage(port: number, accept: string, stallMs = 0): Promise<Page> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { accept, 'accept-encoding': 'identity' };
    request({ agent: false, host: '127.0.0.1', port, path: '/metrics', headers }, resolve).on('error', reject).end();
  });
  await delay(stallMs);
  return pageOf(response, await buffer(response));
}

/** Returns the page of a response whose body was read. */
export function pageOf({ statusCode, headers }: IncomingMessage, body: Buffer): Page {
  return {
    status: statusCode!,
    contentType: headers['content-type'] ?? '',
    contentEncoding: headers['content-encoding'],
    body,
  };
}
