import { ExpositionWriter, type Format, negotiate } from '@promwright/exposition';
import { defaultGatherer, type Gatherer, mergeGatherers } from '@promwright/model';
import { type Chunks, counted, wholeOrChunks } from './chunks.ts';
import { negotiateCoding, refusesPlain } from './content-coding.ts';
import { Deadline } from './deadline.ts';
import { MAX_NAMES, MAX_PARAMETERS, MAX_QUERY_LENGTH } from './limits.ts';
import { type AuthRule, authRule } from './scrape-auth.ts';
import { scrapeDeadline } from './scrape-deadline.ts';
import type { ScrapeOptions } from './scrape-options.ts';
import { failureResponse, metricsHeaders, type ScrapeResponse, textResponse } from './scrape-response.ts';
import { ScrapeSelfMetrics } from './scrape-self-metrics.ts';
import { SingleFlightGather } from './single-flight-gather.ts';

/** Request for a scrape, from any kind of server. */
export interface ScrapeRequest {
  readonly method: string;
  /** Query without the question mark. */
  readonly query: string;
  header(name: string): string | undefined;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  /** True if the address of the client may not scrape. */
  readonly isForbidden?: boolean;
  /** Request that is passed to the function of the option `auth`. */
  readonly req: unknown;
}

const NO_NAMES: readonly string[] = [];
/** Status of a client that left before the response, as in the request metrics. */
const CLIENT_CLOSED_REQUEST = 499;

/** Serves scrapes. Independent of the kind of server. */
export class Scrape {
  readonly #options: ScrapeOptions<never>;
  readonly #gatherer: Gatherer | undefined;
  readonly #auth: AuthRule | undefined;
  readonly #codings: readonly ('zstd' | 'gzip')[];
  readonly #maxInFlight: number;
  readonly #selfMetrics: ScrapeSelfMetrics | undefined;
  readonly #writer = new ExpositionWriter();
  readonly #gathering = new SingleFlightGather();
  #inFlight = 0;

  /**
   * @param options checked options
   * @param codings codings that this kind of server supports, best first
   */
  constructor(options: ScrapeOptions<never>, codings: readonly ('zstd' | 'gzip')[]) {
    const { gatherer, auth, compression = codings, maxInFlight = 4 } = options;
    this.#options = options;
    this.#gatherer = Array.isArray(gatherer) ? mergeGatherers(...gatherer) : (gatherer as Gatherer | undefined);
    this.#auth = auth === undefined ? undefined : authRule(auth);
    this.#codings = compression === false ? [] : compression.filter((coding) => codings.includes(coding));
    this.#maxInFlight = maxInFlight;
    this.#selfMetrics = options.selfMetrics ? new ScrapeSelfMetrics() : undefined;
  }

  /**
   * Serves a request. Calls `send` once; the request counts as in flight until the promise of `send` settles. Rejects only if
   * `send` does.
   */
  async serve(request: ScrapeRequest, send: (response: ScrapeResponse) => Promise<void>): Promise<void> {
    const { signal } = request;
    const immediate = (await this.#refusal(request)) ?? this.#withoutGathering(request);
    if (immediate !== undefined) {
      this.#countResponse(immediate, signal);
      await send(immediate);
      return;
    }
    // No `await` between the check of the limit and this line, or two requests could take the last place.
    this.#inFlight++;
    this.#selfMetrics?.began();
    const startMs = performance.now();
    try {
      const response = await this.#gathered(request);
      this.#countResponse(response, signal);
      await send(response);
    } finally {
      this.#inFlight--;
      this.#selfMetrics?.ended((performance.now() - startMs) / 1000);
    }
  }

  #countResponse({ status }: ScrapeResponse, signal: AbortSignal): void {
    this.#selfMetrics?.responded(signal.aborted ? CLIENT_CLOSED_REQUEST : status);
  }

  async #refusal(request: ScrapeRequest): Promise<ScrapeResponse | undefined> {
    if (request.isForbidden) return textResponse(403, 'Metrics are not shown to this address');
    if (this.#auth === undefined || (await this.#isAllowed(this.#auth, request))) return undefined;
    const { challenge } = this.#auth;
    return textResponse(
      401,
      'Credentials are required',
      challenge === undefined ? {} : { 'WWW-Authenticate': challenge },
    );
  }

  async #isAllowed(auth: AuthRule, request: ScrapeRequest): Promise<boolean> {
    try {
      return await auth.isAllowed(request.header('authorization'), request.req);
    } catch {
      // A check that fails allows nothing.
      return false;
    }
  }

  #withoutGathering(request: ScrapeRequest): ScrapeResponse | undefined {
    const { method, query } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return textResponse(405, 'Metrics are read by GET or HEAD', { Allow: 'GET, HEAD' });
    }
    if (query.length > MAX_QUERY_LENGTH || occurrences(query, '&') >= MAX_PARAMETERS) {
      return textResponse(400, 'Invalid query parameters');
    }
    const names = namesOf(query).length;
    if (names > MAX_NAMES) {
      return textResponse(400, `A scrape takes at most ${MAX_NAMES} parameters name[]; got ${names}`);
    }
    if (method === 'HEAD') return { status: 200, headers: metricsHeaders(this.#formatFor(request)), body: undefined };
    if (this.#inFlight >= this.#maxInFlight) {
      return textResponse(503, `At most ${this.#maxInFlight} scrapes are served at once`, { 'Retry-After': '1' });
    }
    return undefined;
  }

  #formatFor(request: ScrapeRequest): Format {
    return negotiate(request.header('accept'), this.#options.formats);
  }

  async #gathered(request: ScrapeRequest): Promise<ScrapeResponse> {
    const { collectorMs, totalMs } = scrapeDeadline(
      this.#options.timeoutMs ?? 'header',
      request.header('x-prometheus-scrape-timeout-seconds'),
    );
    const deadline = new Deadline(request.signal, totalMs);
    try {
      const families = await this.#gathering.gather(this.#gatherer ?? defaultGatherer(), {
        names: namesOf(request.query),
        strict: this.#options.strict ?? false,
        collectorMs,
        deadlineMs: performance.now() + totalMs,
        signal: deadline.signal,
      });
      const format = this.#formatFor(request);
      const content = await wholeOrChunks(this.#counted(this.#writer.write(families, format)));
      const acceptEncoding = request.header('accept-encoding');
      const coding = negotiateCoding(acceptEncoding, this.#codings);
      const isPlainRefused = refusesPlain(acceptEncoding);
      return { status: 200, headers: metricsHeaders(format), body: { content, coding, isPlainRefused } };
    } catch (error) {
      if (deadline.isOver) return textResponse(503, 'The metrics could not be gathered in the time of the scrape');
      return failureResponse(error);
    } finally {
      deadline.stop();
    }
  }

  #counted(chunks: Chunks): Chunks {
    const metrics = this.#selfMetrics;
    return metrics === undefined ? chunks : counted(chunks, (bytes) => metrics.sent(bytes));
  }
}

function namesOf(query: string): readonly string[] {
  return query === '' ? NO_NAMES : new URLSearchParams(query).getAll('name[]');
}

function occurrences(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) found++;
  return found;
}
