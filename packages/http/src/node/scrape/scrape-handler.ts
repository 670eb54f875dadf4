import type { IncomingMessage, ServerResponse } from 'node:http';
import { BackgroundIo } from '@promwright/exporter';
import { queryOf, targetOf } from '../../requests/request-target.ts';
import { SEND_TIMEOUT_MS } from '../../scrape/limits.ts';
import { Scrape, type ScrapeRequest } from '../../scrape/scrape.ts';
import { checkScrapeOptions, type ScrapeOptions } from '../../scrape/scrape-options.ts';
import { discardBody, failureResponse, type ScrapeBody, type ScrapeResponse } from '../../scrape/scrape-response.ts';
import { allowList } from './allow-list.ts';
import { sendBody, supportedCodings } from './send-body.ts';
import { watchClient } from './watch-client.ts';

/** Time for sending a body after which the process need not wait for the client, in milliseconds, if it has no other work. */
const PATIENCE_MS = 2000;

/**
 * Returns a request listener that serves the metrics of a registry as Prometheus text, OpenMetrics or protobuf, selected by the
 * header `Accept`, and compressed as `Accept-Encoding` allows.
 *
 * Serves GET and HEAD on any path. `name[]=` in the query, up to 100 times, selects the metrics with exactly these names. A large
 * body is generated in chunks, no faster than the client reads, for a minute at most. HEAD gathers nothing. Overlapping scrapes
 * share one gathering. Responds with status 500 and the error message if gathering fails, and with 503 if gathering takes longer
 * than Prometheus announces to wait. Never throws, and cleans up when the client disconnects.
 *
 * @example
 * createServer(scrapeHandler()).listen(9464, '127.0.0.1');
 * @throws for an invalid option, with code `INVALID_OPTION`
 */
export function scrapeHandler(
  options: ScrapeOptions<IncomingMessage> = {},
): (req: IncomingMessage, res: ServerResponse) => void {
  // Before the `Scrape` is created, which registers its own metrics.
  checkScrapeOptions(options, 'scrapeHandler');
  const isAllowed = options.allow === undefined ? undefined : allowList(options.allow);
  const scrape = new Scrape(options as ScrapeOptions<never>, supportedCodings());
  const io = new BackgroundIo(PATIENCE_MS);
  return (req, res) => {
    serve(scrape, io, isAllowed, req, res).catch(() => res.destroy());
  };
}

async function serve(
  scrape: Scrape,
  io: BackgroundIo,
  isAllowed: ((address: string | undefined) => boolean) | undefined,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const client = watchClient(req, res);
  try {
    const isForbidden = isAllowed !== undefined && !isAllowed(req.socket.remoteAddress);
    const request = requestOf(req, client.signal, isForbidden);
    await scrape.serve(request, (response) => send(res, response, io, client.signal));
  } catch (error) {
    // The client would take a body that ends normally for the complete metrics.
    if (res.headersSent) res.destroy();
    else if (!client.signal.aborted) await send(res, failureResponse(error), io, client.signal);
  } finally {
    client.stop();
  }
}

function requestOf(req: IncomingMessage, signal: AbortSignal, isForbidden: boolean): ScrapeRequest {
  return {
    method: req.method ?? 'GET',
    query: queryOf(targetOf(req)),
    header(name) {
      const value = req.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    signal,
    isForbidden,
    req,
  };
}

async function send(
  res: ServerResponse,
  { status, headers, body }: ScrapeResponse,
  io: BackgroundIo,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) {
    await discardBody(body);
    return;
  }
  if (typeof body !== 'object') {
    res.writeHead(status, headers).end(body);
    return;
  }
  await io.run((givenUp) => sendToClient(res, headers, body, signal, givenUp));
}

/**
 * Sends a body until the client has left, is too slow or gives way to another.
 * @throws if the client does not read the whole body
 */
function sendToClient(
  res: ServerResponse,
  headers: Readonly<Record<string, string>>,
  body: ScrapeBody,
  signal: AbortSignal,
  givenUp: AbortSignal,
): Promise<void> {
  // A client that reads nothing would occupy one of the places of `maxInFlight` for ever. The signal is needed too: a response
  // that is queued on a closed connection emits no event.
  return new Promise<void>((resolve, reject) => {
    const giveUp = () => {
      // A completely sent response emits "close" too.
      if (res.writableFinished) return;
      res.destroy();
      reject(new Error('The client did not read the body'));
    };
    body.place.onRevoked = giveUp;
    const timer = setTimeout(giveUp, SEND_TIMEOUT_MS).unref();
    signal.addEventListener('abort', giveUp, { once: true });
    givenUp.addEventListener('abort', giveUp, { once: true });
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    };
    sendBody(res, headers, body, signal).then(resolve, reject).finally(done);
  });
}
