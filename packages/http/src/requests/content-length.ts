/** Reads the header Content-Length. Returns `undefined` for anything but an integer of up to 15 digits. */
export function contentLength(header: unknown): number | undefined {
  return /^\d{1,15}$/.test(String(header)) ? Number(header) : undefined;
}
