import type { IncomingMessage, ServerResponse } from 'node:http';
import { queryOf, targetOf } from '../../requests/request-target.ts';
import { discard, failureResponse, Scrape, type ScrapeRequest, type ScrapeResponse } from '../../scrape/scrape.ts';
import type { ScrapeOptions } from '../../scrape/scrape-options.ts';
import { allowList } from './allow-list.ts';
import { CODINGS, sendBody } from './send-body.ts';
import { watchClient } from './watch-client.ts';

/** As long as the interval of most scrapes. */
const SEND_TIMEOUT_MS = 60_000;

/**
 * A request listener that shows the metrics of a registry, as Prometheus text, OpenMetrics or protobuf by the header
 * `Accept`, compressed by `Accept-Encoding`.
 *
 * It answers GET and HEAD, whatever the path; `name[]=` in the query, up to 100 times, asks for the families of exactly
 * these names. A large body is made in slices and sent no faster than it is read, for a minute at most. HEAD gathers nothing.
 * Scrapes that overlap share what is gathered. If gathering fails it answers 500 with the message of the error, and 503 if the
 * time is over that Prometheus says it waits. It never throws, and leaves nothing behind when the client does.
 *
 * @example
 * createServer(scrapeHandler()).listen(9464, '127.0.0.1');
 * @throws for a wrong option, with code `INVALID_OPTION`
 */
export function scrapeHandler(
  options: ScrapeOptions<IncomingMessage> = {},
): (req: IncomingMessage, res: ServerResponse) => void {
  // First, because the other registers the scrape's own metrics.
  const isAllowed = options?.allow === undefined ? undefined : allowList(options.allow);
  const scrape = new Scrape(options as ScrapeOptions<never>, CODINGS);
  return (req, res) => {
    answer(scrape, isAllowed, req, res).catch(() => res.destroy());
  };
}

async function answer(
  scrape: Scrape,
  isAllowed: ((address: string | undefined) => boolean) | undefined,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const reader = watchClient(req, res);
  try {
    const isForbidden = isAllowed !== undefined && !isAllowed(req.socket.remoteAddress);
    const request = requestOf(req, reader.signal, isForbidden);
    await scrape.serve(request, (answered) => send(res, answered, reader.signal));
  } catch (error) {
    // A body that ends well would be taken for all there is.
    if (res.headersSent) res.destroy();
    else if (!reader.signal.aborted) await send(res, failureResponse(error), reader.signal);
  } finally {
    reader.stop();
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
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) {
    await discard(body);
    return;
  }
  if (typeof body !== 'object') {
    res.writeHead(status, headers).end(body);
    return;
  }
  // A reader that takes nothing would keep its place, and after a few of them nobody could scrape any longer.
  // Also where the response says nothing of its end: it may be queued on a connection that is closed.
  await new Promise<void>((resolve, reject) => {
    const giveUp = () => {
      // What was sent to its end also says "close".
      if (res.writableFinished) return;
      res.destroy();
      reject(new Error('The body was not taken'));
    };
    const timer = setTimeout(giveUp, SEND_TIMEOUT_MS).unref();
    signal.addEventListener('abort', giveUp, { once: true });
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    };
    sendBody(res, headers, body, signal).then(resolve, reject).finally(done);
  });
}
