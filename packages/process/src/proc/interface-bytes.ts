/** Bytes through the network interfaces in the text of `/proc/<pid>/net/dev`, loopback left out. */
export function interfaceBytes(text: string): { received: number; transmitted: number } | undefined {
  let found: { received: number; transmitted: number } | undefined;
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':');
    if (colon < 0 || line.slice(0, colon).trim() === 'lo') continue;
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    // Eight columns of what came in, then eight of what went out; the first of each are bytes.
    if (fields.length < 16 || fields.some(Number.isNaN)) continue;
    found ??= { received: 0, transmitted: 0 };
    found.received += fields[0]!;
    found.transmitted += fields[8]!;
  }
  return found;
}
