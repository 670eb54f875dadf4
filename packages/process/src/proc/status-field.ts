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
