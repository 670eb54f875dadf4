import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { ExpositionWriter, negotiate } from '@promwright/exposition';
import { defaultGatherer, describeValue, type Gatherer, rangeError, typeError } from '@promwright/model';
import { negotiateCoding } from './content-coding.ts';
import { queryOf, targetOf } from './request-target.ts';
import { sendBody } from './send-body.ts';

/** How a scrape is served. */
export interface ScrapeOptions {
  /** What is shown. Default: the default registry, as it is when the scrape comes. */
  readonly gatherer?: Gatherer;
  /** Codings that are offered for a body of 1 KiB or more. Default `['gzip']`; `false` or `[]` sends it plain. */
  readonly compression?: false | readonly 'gzip'[];
  /** How long one collector may take, in milliseconds; it then loses its own metrics. Default 5000; `Infinity`: no limit. */
  readonly timeoutMs?: number;
}

const MAX_NAMES = 100;
const PLAIN: OutgoingHttpHeaders = Object.freeze({
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/**
 * A request listener that shows the metrics of a registry, as Prometheus text or OpenMetrics by the header `Accept`.
 *
 * It answers GET and HEAD, whatever the path; `name[]=` in the query, up to 100 times, asks for the families of exactly
 * these names. A large body is made in slices and sent no faster than it is read. HEAD gathers nothing. If gathering fails
 * it answers 500 with the message of the error. It never throws, and leaves nothing behind when the client does.
 *
 * @example
 * createServer(scrapeHandler()).listen(9464, '127.0.0.1');
 * @throws for a wrong option, with code `INVALID_OPTION`
 */
export function scrapeHandler(options: ScrapeOptions = {}): (req: IncomingMessage, res: ServerResponse) => void {
  const scrape = new Scrape(options);
  return (req, res) => {
    // It handles its failures itself; what is left could only be a broken response, which nobody waits for.
    scrape.answer(req, res).catch(() => res.destroy());
  };
}

class Scrape {
  readonly #gatherer: Gatherer | undefined;
  readonly #codings: readonly 'gzip'[];
  readonly #timeoutMs: number;
  readonly #writer = new ExpositionWriter();

  constructor(options: ScrapeOptions) {
    checkOptions(options);
    this.#gatherer = options.gatherer;
    this.#codings = options.compression === false ? [] : (options.compression ?? ['gzip']);
    this.#timeoutMs = options.timeoutMs ?? 5000;
  }

  async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method } = req;
    if (method !== 'GET' && method !== 'HEAD') {
      sendText(res, 405, 'Metrics are read by GET or HEAD', { Allow: 'GET, HEAD' });
      return;
    }
    const names = new URLSearchParams(queryOf(targetOf(req))).getAll('name[]');
    if (names.length > MAX_NAMES) {
      sendText(res, 400, `A scrape takes at most ${MAX_NAMES} parameters name[]; got ${names.length}`);
      return;
    }
    const format = negotiate(req.headers.accept);
    const headers: OutgoingHttpHeaders = {
      'Content-Type': format.contentType,
      Vary: 'Accept, Accept-Encoding',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    };
    if (method === 'HEAD') {
      res.writeHead(200, headers).end();
      return;
    }

    const left = new AbortController();
    const onClose = () => left.abort();
    res.on('close', onClose);
    try {
      const gatherer = this.#gatherer ?? defaultGatherer();
      const families = await gatherer.gather({
        timeoutMs: this.#timeoutMs,
        signal: left.signal,
        ...(names.length > 0 && { names }),
      });
      const coding = negotiateCoding(req.headers['accept-encoding'], this.#codings);
      await sendBody(res, headers, this.#writer.write(families, format), { coding, signal: left.signal });
    } catch (error) {
      if (!left.signal.aborted) fail(res, error);
    } finally {
      res.off('close', onClose);
    }
  }
}

function fail(res: ServerResponse, error: unknown): void {
  // A body that ends well would be taken for all there is.
  if (res.headersSent) res.destroy();
  else
    sendText(res, 500, `The metrics could not be gathered: ${error instanceof Error ? error.message : String(error)}`);
}

function sendText(res: ServerResponse, status: number, text: string, headers: OutgoingHttpHeaders = {}): void {
  res.writeHead(status, { ...PLAIN, ...headers }).end(`${text}\n`);
}

function checkOptions(options: ScrapeOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `A scrape takes an object of options; got ${describeValue(options)}`);
  }
  const { gatherer, compression, timeoutMs } = options;
  if (gatherer !== undefined && typeof gatherer?.gather !== 'function') {
    throw typeError('INVALID_OPTION', `Option "gatherer" must have a method "gather"; got ${describeValue(gatherer)}`);
  }
  const codings: readonly unknown[] | undefined = compression === false ? [] : compression;
  if (codings !== undefined && !(Array.isArray(codings) && codings.every((coding) => coding === 'gzip'))) {
    throw typeError(
      'INVALID_OPTION',
      `Option "compression" must be false or an array of "gzip"; got ${describeValue(compression)}`,
    );
  }
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    throw rangeError('INVALID_OPTION', `Option "timeoutMs" must be positive; got ${describeValue(timeoutMs)}`);
  }
}
