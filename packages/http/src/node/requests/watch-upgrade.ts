import type { Socket } from 'node:net';

/** Socket whose methods can be replaced. */
interface Writing {
  write: (...args: unknown[]) => unknown;
  end: (...args: unknown[]) => unknown;
}

/**
 * Calls back with the status of the next response that is written to a socket, before it is written. Programs write the response
 * to an upgrade themselves, past the response object, so the bytes are read. The status of a response that does not begin with a
 * status line is `undefined`.
 */
export function watchUpgrade(socket: Socket, answered: (status: number | undefined) => void): void {
  const watched = socket as unknown as Writing;
  const own = { write: Object.hasOwn(watched, 'write'), end: Object.hasOwn(watched, 'end') };
  const { write, end } = watched;
  let isOver = false;
  function read(chunk: unknown, encoding: unknown): void {
    if (isOver || chunk === undefined || chunk === null || typeof chunk === 'function') return;
    isOver = true;
    if (watched.write === watchedWrite) restore('write', write);
    if (watched.end === watchedEnd) restore('end', end);
    answered(statusOf(chunk, encoding));
  }
  function restore(method: 'write' | 'end', original: Writing['write']): void {
    if (own[method]) watched[method] = original;
    else delete (watched as Partial<Writing>)[method];
  }
  function watchedWrite(this: unknown, ...args: unknown[]): unknown {
    read(args[0], args[1]);
    return Reflect.apply(write, this, args);
  }
  function watchedEnd(this: unknown, ...args: unknown[]): unknown {
    read(args[0], args[1]);
    return Reflect.apply(end, this, args);
  }
  watched.write = watchedWrite;
  watched.end = watchedEnd;
}

function statusOf(chunk: unknown, encoding: unknown): number | undefined {
  const text =
    typeof chunk === 'string'
      ? encoding === 'hex' || encoding === 'base64'
        ? Buffer.from(chunk, encoding).toString('latin1')
        : chunk
      : ArrayBuffer.isView(chunk)
        ? Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, 16)).toString('latin1')
        : '';
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(text) ?? [];
  return status === undefined ? undefined : Number(status);
}
