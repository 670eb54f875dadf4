/** Digest of the errors of Next.js by which `redirect()`, `notFound()` and similar functions leave a handler. */
const NEXT_DIGEST = /^NEXT_(?:REDIRECT;[^;]*;.*|HTTP_ERROR_FALLBACK);(\d{3});?$/;

/** True for a response. Checked by properties, because frameworks bring separate classes. */
export function isResponse(value: unknown): value is Response {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers } = value as Partial<Response>;
  return typeof status === 'number' && typeof headers?.get === 'function';
}

/**
 * Returns the status of the response that a framework sends for an exception of a handler: the status of a thrown response or
 * of an error of Next.js, else 500.
 */
export function thrownStatus(error: unknown): number {
  if (isResponse(error)) return error.status;
  const { digest } = (error ?? {}) as { digest?: unknown };
  const [, status] = (typeof digest === 'string' && NEXT_DIGEST.exec(digest)) || [];
  return status === undefined ? 500 : Number(status);
}
