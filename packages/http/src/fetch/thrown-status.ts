import { isResponse } from './is-response.ts';

/** How Next.js marks the errors by which `redirect()`, `notFound()` and the like leave a handler. */
const NEXT_DIGEST = /^NEXT_(?:REDIRECT;[^;]*;.*|HTTP_ERROR_FALLBACK);(\d{3});?$/;

/**
 * The status that a handler's exception stands for: 500, save for what frameworks let a handler throw in place of an answer,
 * which is a response or one of the errors of Next.js.
 */
export function thrownStatus(error: unknown): number {
  if (isResponse(error)) return error.status;
  const { digest } = (error ?? {}) as { digest?: unknown };
  const [, status] = (typeof digest === 'string' && NEXT_DIGEST.exec(digest)) || [];
  return status === undefined ? 500 : Number(status);
}
