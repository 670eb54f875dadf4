import { isMetricsType, isUnspecificType } from './document-formats.ts';
import { InputError } from './errors.ts';
import { escapeControls } from './format.ts';
import { limitedBytes } from './limited-bytes.ts';
import type { SourceDocument } from './source-document.ts';
import { withoutCredentials } from './without-credentials.ts';

/** Options of a request for metrics. */
export interface FetchOptions {
  readonly accept: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** True if the user specified the format, so that the header `Content-Type` is not checked. */
  readonly ignoreContentType: boolean;
}

/**
 * Fetches a page of metrics.
 * @throws InputError if the server does not respond with a page of metrics in time
 */
export async function fetchDocument(address: string, options: FetchOptions): Promise<SourceDocument> {
  const { url, authorization } = readUrl(address);
  const displayName = escapeControls(url.href);
  const ownHeaders = new Headers({
    accept: options.accept,
    'user-agent': 'promwright',
    'x-prometheus-scrape-timeout-seconds': String(options.timeoutMs / 1000),
  });
  const headers = new Headers(ownHeaders);
  if (authorization !== undefined) headers.set('authorization', authorization);
  for (const [name, value] of options.headers) headers.set(name, value);
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await fetchFollowing(url, headers, ownHeaders, signal);
    if (!response.ok) {
      await response.body?.cancel();
      throw new InputError(
        `${displayName}: responded with ${escapeControls(`${response.status} ${response.statusText}`.trim())}`,
      );
    }
    const contentType = response.headers.get('content-type') ?? '';
    if (!options.ignoreContentType && !isMetricsType(contentType) && !isUnspecificType(contentType)) {
      await response.body?.cancel();
      throw new InputError(
        `${displayName}: responded with content type ${JSON.stringify(contentType)}, which is no format of metrics; set --type to parse it nevertheless`,
      );
    }
    const body = await limitedBytes(response.body ?? emptyBody(), displayName, options.maxBytes);
    return { displayName, body, ...(isMetricsType(contentType) && { contentType }) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (signal.aborted) {
      throw new InputError(`${displayName}: did not respond completely within ${options.timeoutMs / 1000} s`, {
        cause: error,
      });
    }
    throw new InputError(`${displayName}: ${escapeControls(fetchErrorMessage(error))}`, { cause: error });
  }
}

/** Limit of redirects, the same as that of `fetch`. */
const MAX_REDIRECTS = 20;

/**
 * Fetches a URL and follows redirects. After a redirect to another origin, sends no header of the user, because any of them may be
 * a secret; `fetch` itself would leave out only the well-known ones.
 */
async function fetchFollowing(url: URL, headers: Headers, ownHeaders: Headers, signal: AbortSignal): Promise<Response> {
  let [current, sent] = [url, headers];
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(current, { headers: sent, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = redirectTarget(location, current);
    if (next.origin !== url.origin) sent = ownHeaders;
    current = next;
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirectTarget(location: string, base: URL): URL {
  const target = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol)) {
    throw new Error(`redirected to "${withoutCredentials(location)}", which is no http or https URL`);
  }
  target.username = '';
  target.password = '';
  return target;
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

/** Parses a URL and moves its credentials into a header: `fetch` accepts no credentials in a URL, and messages must not show them. */
function readUrl(address: string): { url: URL; authorization?: string } {
  let url: URL;
  try {
    url = new URL(address);
  } catch (error) {
    throw new InputError(`${escapeControls(withoutCredentials(address))}: not a valid URL`, { cause: error });
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

/**
 * Returns the message of the cause, because the message of `fetch` is always "fetch failed". If a host has several
 * addresses, returns the message of the first error.
 */
function fetchErrorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return fetchErrorMessage(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return fetchErrorMessage(error.cause);
  // Browsers and `fetch` block the ports of mail and other services.
  if (error.message === 'bad port') return 'fetch does not connect to this port';
  return error.message || ('code' in error ? String(error.code) : error.name);
}
