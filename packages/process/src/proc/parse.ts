/** Returns a number from the text of `/proc/<pid>/status`; `undefined` if the field is missing. */
export function statusNumber(status: string, field: string): number | undefined {
  // Matched at the start of a line, because the first line contains the arbitrary name of the program.
  const line = `\n${field}:`;
  const start = status.indexOf(line);
  if (start < 0) return undefined;
  const number = Number.parseInt(status.slice(start + line.length, start + line.length + 32), 10);
  return Number.isNaN(number) ? undefined : number;
}

/** Returns an amount of memory from `/proc/<pid>/status`, in bytes. */
export function statusBytes(status: string, field: string): number | undefined {
  const kibibytes = statusNumber(status, field);
  return kibibytes === undefined ? undefined : kibibytes * 1024;
}

/** Returns the soft limit in a row of `/proc/<pid>/limits`; `undefined` if the row is missing or there is no limit. */
export function softLimit(limits: string, row: string): number | undefined {
  const line = limits.split('\n').find((candidate) => candidate.startsWith(row));
  const [soft = ''] = line?.slice(row.length).trim().split(/\s+/) ?? [];
  return /^\d+$/.test(soft) ? Number(soft) : undefined;
}

/** Interface name, eight columns of received and eight of sent data; the first column of each is bytes. */
const INTERFACE = /^[ \t]*(.*):[ \t]*(\d+)(?:[ \t]+\d+){7}[ \t]+(\d+)(?:[ \t]+\d+){7}/gm;

/**
 * Returns the bytes of all network interfaces except loopback, from the text of `/proc/<pid>/net/dev`; `undefined`
 * without an interface.
 */
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
