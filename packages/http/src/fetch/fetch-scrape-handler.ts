import { describeValue, typeError } from '@promwright/model';
import { queryOf } from '../requests/request-target.ts';
import {
  type Chunks,
  discard,
  failureResponse,
  Scrape,
  type ScrapeBody,
  type ScrapeRequest,
  type ScrapeResponse,
} from '../scrape/scrape.ts';
import { checkScrapeOptions, type ScrapeOptions } from '../scrape/scrape-options.ts';
import { watchedBody } from './watched-body.ts';

/**
 * How a scrape is served where requests are of the fetch standard. The address of the client is not known there, so there is
 * no option `allow`; and the only coding is gzip, where the platform has `CompressionStream`.
 */
export type FetchScrapeOptions = Omit<ScrapeOptions<Request>, 'allow'>;

/** Below this compression saves less than a packet. */
const COMPRESS_FROM_BYTES = 1024;
/** As long as the interval of most scrapes: who takes nothing for so long must not keep others from scraping. */
const SEND_TIMEOUT_MS = 60_000;

/**
 * A Web-standard handler that shows the metrics of a registry, as `scrapeHandler` does for Node's servers: the same formats,
 * `name[]=`, limits and answers. A large body is made as it is read.
 *
 * @example
 * export const GET = fetchScrapeHandler();
 * @throws for a wrong option, with code `INVALID_OPTION`
 */
export function fetchScrapeHandler(options: FetchScrapeOptions = {}): (request: Request) => Promise<Response> {
  checkFetchScrapeOptions(options);
  const scrape = new Scrape(options as ScrapeOptions<never>, 'CompressionStream' in globalThis ? ['gzip'] : []);
  return (request) =>
    new Promise((resolve) => {
      const signal = request.signal ?? new AbortController().signal;
      const send = (answer: ScrapeResponse) => sendResponse(answer, request, signal, resolve);
      // Once the response is under way this changes nothing: its body is broken then.
      scrape.serve(scrapeRequestOf(request, signal), send).catch((error) => resolve(failure(error)));
    });
}

/** @throws TypeError or RangeError with code `INVALID_OPTION` */
export function checkFetchScrapeOptions(options: FetchScrapeOptions): void {
  checkScrapeOptions(options);
  const { allow } = options as ScrapeOptions<Request>;
  if (allow === undefined) return;
  throw typeError(
    'INVALID_OPTION',
    `Option "allow" is not for fetch handlers, which know no address of a client; got ${describeValue(allow)}`,
  );
}

function scrapeRequestOf(request: Request, signal: AbortSignal): ScrapeRequest {
  return {
    method: request.method,
    query: queryOf(request.url).replace(/#.*$/s, ''),
    header: (name) => request.headers.get(name) ?? undefined,
    signal,
    req: request,
  };
}

/** Gives the response away; done when its body is. */
async function sendResponse(
  { status, headers, body }: ScrapeResponse,
  request: Request,
  signal: AbortSignal,
  resolve: (response: Response) => void,
): Promise<void> {
  if (typeof body !== 'object') {
    resolve(new Response(request.method === 'HEAD' ? null : body, { status, headers }));
    return;
  }
  try {
    await sendBody(headers, body, signal, resolve);
  } finally {
    await discard(body);
  }
}

async function sendBody(
  plainHeaders: Readonly<Record<string, string>>,
  { content, coding, isPlainRefused }: ScrapeBody,
  signal: AbortSignal,
  resolve: (response: Response) => void,
): Promise<void> {
  signal.throwIfAborted();
  const isWhole = content instanceof Uint8Array;
  const compress = coding === 'gzip' && (isPlainRefused || !isWhole || content.length >= COMPRESS_FROM_BYTES);
  const headers = new Headers(plainHeaders);
  if (compress) headers.set('Content-Encoding', 'gzip');
  if (isWhole) {
    const body = compress ? await bytesOf(gzipped(streamOf(chunksOf(content), signal))) : content;
    headers.set('Content-Length', String(body.length));
    resolve(new Response(body as Uint8Array<ArrayBuffer>, { headers }));
    return;
  }
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error('The body was not taken in time')), SEND_TIMEOUT_MS);
  // It must not hold a process of Node's, the only platform where timers have this.
  (timer as { unref?(): void }).unref?.();
  const over = AbortSignal.any([signal, timeout.signal]);
  const stream = streamOf(content, over);
  await untilDone(compress ? gzipped(stream) : stream, over, (body) => resolve(new Response(body, { headers })));
  clearTimeout(timer);
}

/** Gives a body away and waits until it was read, or until its reader has left or is given up. */
function untilDone(
  body: ReadableStream<Uint8Array>,
  over: AbortSignal,
  give: (body: ReadableStream<Uint8Array>) => void,
): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      over.removeEventListener('abort', end);
      done();
    };
    over.addEventListener('abort', end);
    give(watchedBody(body, { read() {}, completed: end, broken: end }));
  });
}

function streamOf(chunks: Chunks, over: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        // A body that ends well would be taken for all there is.
        over.throwIfAborted();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* chunksOf(chunk: Uint8Array): Chunks {
  yield chunk;
}

function gzipped(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const { readable, writable } = new CompressionStream('gzip');
  return body.pipeThrough({ readable, writable: writable as WritableStream<Uint8Array> });
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function failure(error: unknown): Response {
  const { status, headers, body } = failureResponse(error);
  return new Response(body as string, { status, headers });
}
