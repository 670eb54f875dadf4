import { type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from './page-fault.ts';

/**
 * Reads one page.
 * @param chunkMs pause after each chunk, in milliseconds, for a client that reads slowly
 */
export async function scrapePage(port: number, accept: string, chunkMs = 0): Promise<Page> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { accept, 'accept-encoding': 'identity' };
    request({ agent: false, host: '127.0.0.1', port, path: '/metrics', headers }, resolve).on('error', reject).end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    if (chunkMs > 0) await delay(chunkMs);
  }
  return pageOf(response, Buffer.concat(chunks));
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
