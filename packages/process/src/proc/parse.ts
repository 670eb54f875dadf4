/** A number in the text of `/proc/<pid>/status`; `undefined` if it is not there. */
export function statusNumber(status: string, field: string): number | undefined {
  // At the beginning of a line, because the first one holds the name of the program, which may be anything.
  const line = `\n${field}:`;
  const start = status.indexOf(line);
  if (start < 0) return undefined;
  const number = Number.parseInt(status.slice(start + line.length, start + line.length + 32), 10);
  return Number.isNaN(number) ? undefined : number;
}

/** An amount of memory there, in bytes. */
export function statusBytes(status: string, field: string): number | undefined {
  const kibibytes = statusNumber(status, field);
  return kibibytes === undefined ? undefined : kibibytes * 1024;
}

/** The soft limit of a row of `/proc/<pid>/limits`; `undefined` where the row is missing, and where there is no limit. */
export function softLimit(limits: string, row: string): number | undefined {
  const line = limits.split('\n').find((candidate) => candidate.startsWith(row));
  const [soft = ''] = line?.slice(row.length).trim().split(/\s+/) ?? [];
  return /^\d+$/.test(soft) ? Number(soft) : undefined;
}

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
