import type { ServerResponse } from 'node:http';

/** Who is told of the headers. */
export interface HeadersWatcher {
  /** They are written with this status; `headers` are those that `writeHead` was given, if any. */
  headersWritten(status: unknown, headers: unknown): void;
}

/**
 * Tells when the headers of a response are written, by a method of its own: there is no event for it. Implicit headers come
 * this way too, except in HTTP/2.
 */
export function hookHeaders(res: ServerResponse, watcher: HeadersWatcher): void {
  const writeHead = res.writeHead as (
    this: ServerResponse,
    status: number,
    reason: unknown,
    headers: unknown,
  ) => unknown;
  // Named, because what is passed on as a list costs more than all the rest of this. Node goes by kind, not by number.
  function hooked(this: ServerResponse, status: number, reason?: unknown, headers?: unknown): unknown {
    const result = writeHead.call(this, status, reason, headers);
    watcher.headersWritten(status, headers ?? reason);
    return result;
  }
  // Never a function expression: V8 makes those that are assigned to a property among the objects that grow old, where each
  // keeps its whole request alive until the next full collection.
  res.writeHead = hooked as ServerResponse['writeHead'];
}

/** Counts the bytes that are written as body, by methods of the response's own. */
export function hookBody(res: ServerResponse, counted: { bodyBytes: number }): void {
  const write = res.write as (...args: unknown[]) => unknown;
  const end = res.end as (...args: unknown[]) => unknown;
  function countedWrite(this: ServerResponse, ...args: unknown[]): unknown {
    counted.bodyBytes += byteLength(args[0], args[1]);
    return Reflect.apply(write, this, args);
  }
  function countedEnd(this: ServerResponse, ...args: unknown[]): unknown {
    const before = counted.bodyBytes;
    const result = Reflect.apply(end, this, args);
    // That of HTTP/2 passes the last chunk on to `write`, that of HTTP/1 does not.
    if (counted.bodyBytes === before) counted.bodyBytes += byteLength(args[0], args[1]);
    return result;
  }
  // No function expressions here either.
  res.write = countedWrite as ServerResponse['write'];
  res.end = countedEnd as ServerResponse['end'];
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, Buffer.isEncoding(encoding as string) ? (encoding as BufferEncoding) : 'utf8');
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}
