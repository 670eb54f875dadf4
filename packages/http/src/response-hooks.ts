import type { ServerResponse } from 'node:http';

/** Who wants to know what a response sends. */
export interface ResponseWatcher {
  /** The response's own methods, as they were before they were hooked. */
  writeHead: ServerResponse['writeHead'] | undefined;
  write: ServerResponse['write'] | undefined;
  endResponse: ServerResponse['end'] | undefined;
  /** Bytes of the body so far. */
  bodyBytes: number;
  headersWritten(): void;
}

const WATCHER: unique symbol = Symbol('promwright response watcher');

interface Hooked {
  [WATCHER]?: ResponseWatcher;
}

/**
 * Tells when the headers are written, by a method of the response's own: there is no event for it. Implicit headers come this
 * way too, except in HTTP/2.
 */
export function hookHeaders(res: ServerResponse, watcher: ResponseWatcher): void {
  (res as Hooked)[WATCHER] = watcher;
  watcher.writeHead = res.writeHead;
  res.writeHead = writeHead as ServerResponse['writeHead'];
}

/** Counts the bytes that are written as body, by methods of the response's own. */
export function hookBody(res: ServerResponse, watcher: ResponseWatcher): void {
  (res as Hooked)[WATCHER] = watcher;
  watcher.write = res.write;
  watcher.endResponse = res.end;
  res.write = write as ServerResponse['write'];
  res.end = end as ServerResponse['end'];
}

// One function for all responses, so that hooking costs no closure.
function writeHead(this: ServerResponse & Hooked, ...args: unknown[]): ServerResponse {
  const watcher = this[WATCHER]!;
  const result = Reflect.apply(watcher.writeHead!, this, args) as ServerResponse;
  watcher.headersWritten();
  return result;
}

function write(this: ServerResponse & Hooked, ...args: unknown[]): boolean {
  const watcher = this[WATCHER]!;
  watcher.bodyBytes += byteLength(args[0], args[1]);
  return Reflect.apply(watcher.write!, this, args) as boolean;
}

function end(this: ServerResponse & Hooked, ...args: unknown[]): ServerResponse {
  const watcher = this[WATCHER]!;
  const before = watcher.bodyBytes;
  const result = Reflect.apply(watcher.endResponse!, this, args) as ServerResponse;
  // That of HTTP/2 passes the last chunk on to `write`, that of HTTP/1 does not.
  if (watcher.bodyBytes === before) watcher.bodyBytes += byteLength(args[0], args[1]);
  return result;
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, Buffer.isEncoding(encoding as string) ? (encoding as BufferEncoding) : 'utf8');
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}
