import type { ServerResponse } from 'node:http';
import { openRequestOf } from './open-request-of.ts';

const HOOKED: unique symbol = Symbol.for('@promwright/http-hooked@1') as never;

type Method = ((this: ServerResponse, ...args: unknown[]) => unknown) & { [HOOKED]?: true };

/**
 * Lets the record of a response know when its headers are written, by a method of the response's own: there is no event for
 * it. Implicit headers come this way too, except in HTTP/2. Done to a prototype it holds for all responses of that kind.
 */
export function hookHeaders(res: Pick<ServerResponse, 'writeHead'>): void {
  const writeHead = res.writeHead as unknown as Method;
  if (writeHead[HOOKED]) return;
  const hooked: Method = function (this: ServerResponse, ...args) {
    const result = Reflect.apply(writeHead, this, args);
    openRequestOf(this)?.headersWritten(args);
    return result;
  };
  hooked[HOOKED] = true;
  (res as { writeHead: unknown }).writeHead = hooked;
}

/** Counts the bytes that are written as body, by methods of the response's own. */
export function hookBody(res: ServerResponse, counted: { bodyBytes: number }): void {
  const write = res.write as unknown as Method;
  const end = res.end as unknown as Method;
  res.write = function (this: ServerResponse, ...args: unknown[]) {
    counted.bodyBytes += byteLength(args[0], args[1]);
    return Reflect.apply(write, this, args);
  } as ServerResponse['write'];
  res.end = function (this: ServerResponse, ...args: unknown[]) {
    const before = counted.bodyBytes;
    const result = Reflect.apply(end, this, args);
    // That of HTTP/2 passes the last chunk on to `write`, that of HTTP/1 does not.
    if (counted.bodyBytes === before) counted.bodyBytes += byteLength(args[0], args[1]);
    return result;
  } as ServerResponse['end'];
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, Buffer.isEncoding(encoding as string) ? (encoding as BufferEncoding) : 'utf8');
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}
