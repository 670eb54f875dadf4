import type { Format } from '@promwright/exposition';
import { errorMessage } from '@promwright/model';
import type { Chunks } from './chunks.ts';
import type { ContentCoding } from './content-coding.ts';
import type { ScrapePlace } from './scrape-places.ts';

/** Response to a scrape, for any kind of server. */
export interface ScrapeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Body to send unchanged, or a body that is not encoded yet. */
  readonly body: string | undefined | ScrapeBody;
}

/** Body that is not encoded yet. */
export interface ScrapeBody {
  readonly content: Uint8Array | Chunks;
  readonly coding: ContentCoding;
  /** True if the client refuses a plain body, so that even a small body must be encoded. */
  readonly isPlainRefused: boolean;
  /** Place of the scrape. The server sets `onRevoked` in order to end a response whose client reads nothing. */
  readonly place: Pick<ScrapePlace, 'onRevoked'>;
}

const SAFE_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/** Returns the headers of metrics in a format. */
export function metricsHeaders(format: Format): Record<string, string> {
  return { 'Content-Type': format.contentType, Vary: 'Accept, Accept-Encoding', ...SAFE_HEADERS };
}

/** Returns a response of one line of plain text, for people. */
export function textResponse(
  status: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): ScrapeResponse {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...SAFE_HEADERS, ...headers },
    body: `${line}\n`,
  };
}

/** Returns the response to a failed scrape: the first line of the error message, never the stack. */
export function failureResponse(error: unknown): ScrapeResponse {
  const [reason] = errorMessage(error).split(/[\r\n]/, 1);
  return textResponse(500, `The metrics could not be gathered: ${reason}`);
}

/** Ends the generation of a body that nobody reads. */
export async function discardBody(body: ScrapeResponse['body']): Promise<void> {
  if (typeof body === 'object' && !(body.content instanceof Uint8Array)) await body.content.return();
}
