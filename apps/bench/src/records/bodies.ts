import { Readable } from 'node:stream';

/** A body that comes in three pieces and ends. */
export function wholeBody(): Readable {
  return Readable.from(['one ', 'two ', 'three']);
}

/** A body whose first piece comes at once, and the rest never. */
export function endlessBody(): Readable {
  const body = new Readable({ read: () => undefined });
  body.push('one ');
  return body;
}
