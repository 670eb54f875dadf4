/** What a header Content-Length says; a length that a client or a handler made up is no size. */
export function contentLength(header: unknown): number | undefined {
  return /^\d{1,15}$/.test(String(header)) ? Number(header) : undefined;
}
