/** A number in the text of `/proc/<pid>/status`; `undefined` if it is not there. */
export function statusNumber(status: string, field: string): number | undefined {
  const start = status.indexOf(`${field}:`);
  // A field begins a line: "Threads:" must not be found in the name of a program.
  if (start < 0 || (start > 0 && status[start - 1] !== '\n')) return undefined;
  const number = Number.parseInt(status.slice(start + field.length + 1, start + 64), 10);
  return Number.isNaN(number) ? undefined : number;
}

/** An amount of memory there, in bytes. */
export function statusBytes(status: string, field: string): number | undefined {
  const kibibytes = statusNumber(status, field);
  return kibibytes === undefined ? undefined : kibibytes * 1024;
}
