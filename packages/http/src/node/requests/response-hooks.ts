import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ServerHttp2Stream, ServerStreamResponseOptions } from 'node:http2';

/** Receiver of the headers of a response. */
export interface HeadersWatcher {
  /** Called when headers are written. `headers` are the headers passed to `writeHead`, if any. */
  headersWritten(status: unknown, headers: unknown): void;
}

/**
 * Replaces the response's `writeHead` in order to report the headers: there is no event for them. Implicit headers pass through
 * `writeHead` too.
 */
export function hookHeaders(res: ServerResponse, watcher: HeadersWatcher): void {
  const writeHead = res.writeHead as (
    this: ServerResponse,
    status: number,
    reason: unknown,
    headers: unknown,
  ) => unknown;
  // Named parameters, because passing on a list costs more than the rest of the function. Node looks at types, not at the number
  // of arguments.
  function hooked(this: ServerResponse, status: number, reason?: unknown, headers?: unknown): unknown {
    const result = writeHead.call(this, status, reason, headers);
    watcher.headersWritten(status, headers ?? reason);
    return result;
  }
  // V8 pretenures function expressions that are assigned to a property: each would keep its request alive until the next full
  // collection. A function declaration is not pretenured.
  res.writeHead = hooked as ServerResponse['writeHead'];
}

/** Replaces the `respond` of a stream of HTTP/2, through which implicit headers pass too, and headers sent past a response object. */
export function hookRespond(stream: ServerHttp2Stream, watcher: HeadersWatcher): void {
  const { respond } = stream;
  function hooked(this: ServerHttp2Stream, headers?: OutgoingHttpHeaders, options?: ServerStreamResponseOptions): void {
    respond.call(this, headers, options);
    watcher.headersWritten(this.sentHeaders?.[':status'], headers);
  }
  // A function declaration for the same reason as in hookHeaders.
  stream.respond = hooked;
}

/** Replaces the response's `write` and `end` in order to count the bytes of the body. */
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
    // `end` of HTTP/2 passes the last chunk to `write`; `end` of HTTP/1 does not.
    if (counted.bodyBytes === before) counted.bodyBytes += byteLength(args[0], args[1]);
    return result;
  }
  // Function declarations for the same reason as in hookHeaders.
  res.write = countedWrite as ServerResponse['write'];
  res.end = countedEnd as ServerResponse['end'];
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, Buffer.isEncoding(encoding as string) ? (encoding as BufferEncoding) : 'utf8');
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}
