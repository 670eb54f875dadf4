import { queryOf } from '../requests/request-target.ts';
import type { Chunks } from '../scrape/chunks.ts';
import { MIN_COMPRESSED_BYTES, SEND_TIMEOUT_MS } from '../scrape/limits.ts';
import { Scrape, type ScrapeRequest } from '../scrape/scrape.ts';
import { checkScrapeOptions, SCRAPE_OPTION_NAMES, type ScrapeOptions } from '../scrape/scrape-options.ts';
import { discardBody, failureResponse, type ScrapeBody, type ScrapeResponse } from '../scrape/scrape-response.ts';
import { watchedBody } from './watched-body.ts';

/**
 * Options of a scrape for fetch handlers. There is no option `allow`, because a `Request` has no address of the client. The only
 * coding is gzip, on platforms with `CompressionStream`.
 */
export type FetchScrapeOptions = Omit<ScrapeOptions<Request>, 'allow'>;

/**
 * Returns a Web-standard handler that serves the metrics of a registry, like `scrapeHandler` for Node's servers: with the same
 * formats, `name[]=`, limits and responses. A large body is generated as it is read. In Next.js the server compresses the body,
 * not this handler.
 *
 * @example
 * export const GET = fetchScrapeHandler();
 * @throws for an invalid option, with code `INVALID_OPTION`
 */
export function fetchScrapeHandler(options: FetchScrapeOptions = {}): (request: Request) => Promise<Response> {
  checkFetchScrapeOptions(options, 'fetchScrapeHandler');
  const scrape = new Scrape(options as ScrapeOptions<never>, 'CompressionStream' in globalThis ? ['gzip'] : []);
  return (request) =>
    new Promise((resolve) => {
      const signal = request.signal ?? new AbortController().signal;
      const send = (response: ScrapeResponse) => sendResponse(response, request, signal, resolve);
      // After the response was resolved this has no effect: then the body fails instead.
      scrape.serve(scrapeRequestOf(request, signal), send).catch((error) => resolve(failure(error)));
    });
}

const OPTION_NAMES: readonly string[] = SCRAPE_OPTION_NAMES.filter((name) => name !== 'allow');

/**
 * Checks the options of a fetch scrape.
 * @param owner function or option that takes the options, for the error message
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkFetchScrapeOptions(options: FetchScrapeOptions, owner?: string): void {
  checkScrapeOptions(options, owner, OPTION_NAMES, {
    allow: 'fetch handlers do not know the address of a client',
  });
}

function scrapeRequestOf(request: Request, signal: AbortSignal): ScrapeRequest {
  return {
    method: request.method,
    query: queryOf(request.url).replace(/#.*$/s, ''),
    header: (name) => (isCompressedByServer(request, name) ? undefined : (request.headers.get(name) ?? undefined)),
    signal,
    req: request,
  };
}

/**
 * True for the header `Accept-Encoding` of a request of Next.js. Its server (seen in 16.4) removes `Content-Encoding` from the
 * response of a route handler and then compresses the body itself, so a body that we compress would arrive compressed twice.
 */
function isCompressedByServer(request: Request, header: string): boolean {
  return header === 'accept-encoding' && 'nextUrl' in request;
}

/** Resolves with the response. The promise settles when the body was read or discarded. */
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
    await discardBody(body);
  }
}

async function sendBody(
  plainHeaders: Readonly<Record<string, string>>,
  { content, coding, isPlainRefused, place }: ScrapeBody,
  signal: AbortSignal,
  resolve: (response: Response) => void,
): Promise<void> {
  signal.throwIfAborted();
  const isWhole = content instanceof Uint8Array;
  const compress = coding === 'gzip' && (isPlainRefused || !isWhole || content.length >= MIN_COMPRESSED_BYTES);
  const headers = new Headers(plainHeaders);
  if (compress) headers.set('Content-Encoding', 'gzip');
  if (isWhole) {
    const body = compress ? await bytesOf(streamOf(gzipped(chunksOf(content)), signal)) : content;
    headers.set('Content-Length', String(body.length));
    resolve(new Response(body as Uint8Array<ArrayBuffer>, { headers }));
    return;
  }
  const timeout = new AbortController();
  const giveUp = () => timeout.abort(new Error('The client did not read the body in time'));
  place.onRevoked = giveUp;
  const timer = setTimeout(giveUp, SEND_TIMEOUT_MS);
  // Only timers of Node have `unref`. The timer must not keep the process alive.
  (timer as { unref?(): void }).unref?.();
  const over = AbortSignal.any([signal, timeout.signal]);
  const chunks = compress ? gzipped(content) : content;
  try {
    await untilDone(streamOf(chunks, over), over, (body) => resolve(new Response(body, { headers })));
  } finally {
    clearTimeout(timer);
    await chunks.return();
  }
}

/** Passes a body to `use` and waits until the body was read, the client has left or the time is over. */
function untilDone(
  body: ReadableStream<Uint8Array>,
  over: AbortSignal,
  use: (body: ReadableStream<Uint8Array>) => void,
): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      over.removeEventListener('abort', end);
      done();
    };
    over.addEventListener('abort', end);
    use(watchedBody(body, { read() {}, completed: end, broken: end }));
  });
}

function streamOf(chunks: Chunks, over: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        // The client would take a body that ends normally for the complete metrics.
        over.throwIfAborted();
        if (done) controller.close();
        // A copy, because the writer uses its chunk again, and a reader may change or transfer bytes.
        else controller.enqueue(value.slice());
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

/**
 * Compresses chunks. Ends a `CompressionStream` only by closing it and reading it to its end: in Node, cancelling it in the middle
 * can throw an error outside of any promise, which would end the program.
 */
async function* gzipped(chunks: Chunks): Chunks {
  const { readable, writable } = new CompressionStream('gzip');
  const reader = readable.getReader();
  const writing = writeAll(chunks, (writable as WritableStream<Uint8Array>).getWriter());
  // Handled below, once the compressed chunks were read.
  writing.catch(() => undefined);
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    await writing;
  } finally {
    await chunks.return();
    while (!(await reader.read()).done);
  }
}

async function writeAll(chunks: Chunks, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) await writer.write(chunk);
  } finally {
    await writer.close();
  }
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function failure(error: unknown): Response {
  const { status, headers, body } = failureResponse(error);
  return new Response(body as string, { status, headers });
}
