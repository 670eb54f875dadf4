/** A name, then eight columns of what came in, and eight of what went out; the first of each are bytes. */
const INTERFACE = /^[ \t]*(.*):[ \t]*(\d+)(?:[ \t]+\d+){7}[ \t]+(\d+)(?:[ \t]+\d+){7}/gm;

/** Bytes through the network interfaces in the text of `/proc/<pid>/net/dev`, loopback left out. */
export function interfaceBytes(text: string): { received: number; transmitted: number } | undefined {
  let found: { received: number; transmitted: number } | undefined;
  for (const [, name, received, transmitted] of text.matchAll(INTERFACE)) {
    if (name === 'lo') continue;
    found ??= { received: 0, transmitted: 0 };
    found.received += Number(received);
    found.transmitted += Number(transmitted);
  }
  return found;
}
