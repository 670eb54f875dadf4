import { isMetricsType, isUnspecificType } from './document-formats.ts';
import { InputError } from './errors.ts';
import { escapeControls } from './format.ts';
import { limitedBytes } from './limited-bytes.ts';
import type { SourceDocument } from './source-document.ts';

/** How to ask a server for its metrics. */
export interface FetchOptions {
  readonly accept: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Whether the caller knows the format better than the server's header `Content-Type`. */
  readonly ignoreContentType: boolean;
}

/**
 * The metrics that a server answers with.
 * @throws InputError if it does not, in time, with a page of metrics
 */
export async function fetchDocument(address: string, options: FetchOptions): Promise<SourceDocument> {
  const { url, authorization } = readUrl(address);
  const displayName = escapeControls(url.href);
  const headers = new Headers({
    accept: options.accept,
    'user-agent': 'promwright',
    'x-prometheus-scrape-timeout-seconds': String(options.timeoutMs / 1000),
    ...(authorization !== undefined && { authorization }),
  });
  for (const [name, value] of options.headers) headers.set(name, value);
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await fetch(url, { headers, signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new InputError(
        `${displayName}: answered ${escapeControls(`${response.status} ${response.statusText}`.trim())}`,
      );
    }
    const contentType = response.headers.get('content-type') ?? '';
    if (!options.ignoreContentType && !isMetricsType(contentType) && !isUnspecificType(contentType)) {
      await response.body?.cancel();
      throw new InputError(
        `${displayName}: answered with ${JSON.stringify(contentType)}, which is no format of metrics; name one by --type to read it nevertheless`,
      );
    }
    const body = await limitedBytes(response.body ?? emptyBody(), displayName, options.maxBytes);
    return { displayName, body, ...(isMetricsType(contentType) && { contentType }) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (signal.aborted) {
      throw new InputError(`${displayName}: did not answer in full within ${options.timeoutMs / 1000} s`, {
        cause: error,
      });
    }
    throw new InputError(`${displayName}: ${escapeControls(fetchErrorMessage(error))}`, { cause: error });
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

/** `fetch` takes no user and password in the address, and no message should show them. */
function readUrl(address: string): { url: URL; authorization?: string } {
  let url: URL;
  try {
    url = new URL(address);
  } catch (error) {
    throw new InputError(`${escapeControls(withoutUser(address))}: is no valid URL`, { cause: error });
  }
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url };
  const user = `${decodedPart(username)}:${decodedPart(password)}`;
  return { url, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutUser(address: string): string {
  return address.replace(/^([^/]*\/\/).*@/, '$1');
}

/** What `fetch` says is always "fetch failed"; what happened is the cause, perhaps one for each address of the host. */
function fetchErrorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return fetchErrorMessage(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return fetchErrorMessage(error.cause);
  // Ports of mail and other services, which no browser asks for a page either.
  if (error.message === 'bad port') return 'is at a port that fetch does not connect to';
  return error.message || ('code' in error ? String(error.code) : error.name);
}
