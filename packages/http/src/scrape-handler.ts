import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowList } from './allow-list.ts';
import { queryOf, targetOf } from './request-target.ts';
import { Scrape, type ScrapeAnswer, type ScrapeRequest, textAnswer } from './scrape.ts';
import type { ScrapeOptions } from './scrape-options.ts';
import { CODINGS, sendBody } from './send-body.ts';

/**
 * A request listener that shows the metrics of a registry, as Prometheus text, OpenMetrics or protobuf by the header
 * `Accept`, compressed by `Accept-Encoding`.
 *
 * It answers GET and HEAD, whatever the path; `name[]=` in the query, up to 100 times, asks for the families of exactly
 * these names. A large body is made in slices and sent no faster than it is read. HEAD gathers nothing. Scrapes that overlap
 * share what is gathered. If gathering fails it answers 500 with the message of the error, and 503 if the time is over that
 * Prometheus says it waits. It never throws, and leaves nothing behind when the client does.
 *
 * @example
 * createServer(scrapeHandler()).listen(9464, '127.0.0.1');
 * @throws for a wrong option, with code `INVALID_OPTION`
 */
export function scrapeHandler(
  options: ScrapeOptions<IncomingMessage> = {},
): (req: IncomingMessage, res: ServerResponse) => void {
  const scrape = new Scrape(options as ScrapeOptions<never>, CODINGS);
  const isAllowed = options.allow === undefined ? undefined : allowList(options.allow);
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
  if (isAllowed !== undefined && !isAllowed(req.socket.remoteAddress)) {
    await send(res, textAnswer(403, 'Metrics are not shown to this address'), NEVER);
    return;
  }
  const left = new AbortController();
  const onClose = () => left.abort();
  res.on('close', onClose);
  try {
    await scrape.serve(requestOf(req, left.signal), (answered) => send(res, answered, left.signal));
  } catch (error) {
    // A body that ends well would be taken for all there is.
    if (res.headersSent) res.destroy();
    else if (!left.signal.aborted) await send(res, failure(error), NEVER);
  } finally {
    res.off('close', onClose);
  }
}

const NEVER = new AbortController().signal;

function requestOf(req: IncomingMessage, signal: AbortSignal): ScrapeRequest {
  return {
    method: req.method ?? 'GET',
    query: queryOf(targetOf(req)),
    header(name) {
      const value = req.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    signal,
    req,
  };
}

async function send(res: ServerResponse, { status, headers, body }: ScrapeAnswer, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (typeof body === 'object') await sendBody(res, headers, body, signal);
  else res.writeHead(status, headers).end(body);
}

function failure(error: unknown): ScrapeAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  return textAnswer(500, `The metrics could not be gathered: ${reason}`);
}
