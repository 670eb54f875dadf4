import { Readable } from 'node:stream';

/** Returns a body of three chunks. */
export function wholeBody(): Readable {
  return Readable.from(['one ', 'two ', 'three']);
}

/** Returns a body that sends its first chunk at once and never ends. */
export function endlessBody(): Readable {
  const body = new Readable({ read: () => undefined });
  body.push('one ');
  return body;
}
