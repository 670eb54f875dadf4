import { ExpositionWriter, type Format, negotiate } from '@promwright/exposition';
import { defaultGatherer, type Gatherer, mergeGatherers } from '@promwright/model';
import { AuthChecks } from './auth-checks.ts';
import { watchedChunks, wholeOrChunks } from './chunks.ts';
import { negotiateCoding, refusesPlain } from './content-coding.ts';
import { Deadline } from './deadline.ts';
import { discoveryResponse } from './discovery-response.ts';
import { MAX_NAMES, MAX_PARAMETERS, MAX_QUERY_LENGTH } from './limits.ts';
import { OmittedFamilies, warnOfOmitted } from './omitted-families.ts';
import { authRule } from './scrape-auth.ts';
import { type ScrapeDeadline, scrapeDeadline } from './scrape-deadline.ts';
import type { ScrapeOptions } from './scrape-options.ts';
import { type ScrapePlace, ScrapePlaces } from './scrape-places.ts';
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
  readonly #auth: AuthChecks | undefined;
  readonly #challenge: string | undefined;
  readonly #codings: readonly ('zstd' | 'gzip')[];
  readonly #maxInFlight: number;
  readonly #selfMetrics: ScrapeSelfMetrics | undefined;
  readonly #omitted = new OmittedFamilies(warnOfOmitted);
  readonly #writer = new ExpositionWriter({ onOmitted: this.#omitted.count });
  readonly #gathering = new SingleFlightGather();
  readonly #places: ScrapePlaces;

  /**
   * @param options checked options
   * @param codings codings that this kind of server supports, best first
   */
  constructor(options: ScrapeOptions<never>, codings: readonly ('zstd' | 'gzip')[]) {
    const { gatherer, auth, compression = codings, maxInFlight = 4 } = options;
    this.#options = options;
    this.#gatherer = Array.isArray(gatherer) ? mergeGatherers(...gatherer) : (gatherer as Gatherer | undefined);
    if (auth !== undefined) {
      const rule = authRule(auth);
      this.#auth = new AuthChecks(rule, maxInFlight);
      this.#challenge = rule.challenge;
    }
    this.#codings = compression === false ? [] : compression.filter((coding) => codings.includes(coding));
    this.#maxInFlight = maxInFlight;
    this.#places = new ScrapePlaces(maxInFlight);
    this.#selfMetrics = options.selfMetrics ? new ScrapeSelfMetrics() : undefined;
  }

  /**
   * Serves a request. Calls `send` once; the request counts as in flight until the promise of `send` settles, or until its place
   * is revoked. Rejects only if `send` does.
   */
  async serve(request: ScrapeRequest, send: (response: ScrapeResponse) => Promise<void>): Promise<void> {
    const { signal } = request;
    const startMs = performance.now();
    const limits = scrapeDeadline(
      this.#options.timeoutMs ?? 'header',
      request.header('x-prometheus-scrape-timeout-seconds'),
    );
    // The time of the scrape includes the check of credentials and the wait for a place.
    const deadline = new Deadline(signal, limits.totalMs);
    const respond = (response: ScrapeResponse) => {
      deadline.stop();
      this.#countResponse(response, signal);
      return send(response);
    };
    const immediate = (await this.#refusal(request, limits, deadline)) ?? this.#withoutGathering(request);
    if (immediate !== undefined) return respond(immediate);
    const place = this.#places.take() ?? (await this.#places.wait(deadline.signal));
    if (place === undefined) {
      const message = `At most ${this.#maxInFlight} scrapes are served at once`;
      return respond(textResponse(503, message, { 'Retry-After': '1' }));
    }
    this.#selfMetrics?.began();
    try {
      const response = await this.#gathered(request, place, deadline, limits.collectorMs, startMs + limits.totalMs);
      place.beginSending();
      await respond(response);
    } finally {
      place.release();
      this.#selfMetrics?.ended((performance.now() - startMs) / 1000);
    }
  }

  #countResponse({ status }: ScrapeResponse, signal: AbortSignal): void {
    this.#selfMetrics?.responded(signal.aborted ? CLIENT_CLOSED_REQUEST : status);
  }

  async #refusal(
    request: ScrapeRequest,
    { collectorMs }: ScrapeDeadline,
    { signal }: Deadline,
  ): Promise<ScrapeResponse | undefined> {
    if (request.isForbidden) return textResponse(403, 'Metrics are not shown to this address');
    const verdict = await this.#auth?.check(request.header('authorization'), request.req, collectorMs, signal);
    switch (verdict) {
      case undefined:
      case 'allowed':
        return undefined;
      case 'late':
        return textResponse(503, 'The credentials could not be checked in time', { 'Retry-After': '1' });
      case 'refused':
        return textResponse(
          401,
          'Credentials are required',
          this.#challenge === undefined ? {} : { 'WWW-Authenticate': this.#challenge },
        );
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
    const member = this.#withMembers(request);
    if (member !== undefined) return member;
    if (method === 'HEAD') return { status: 200, headers: metricsHeaders(this.#formatFor(request)), body: undefined };
    return undefined;
  }

  /** Answers a discovery of the gatherer's members, and a request for a member that does not exist. */
  #withMembers(request: ScrapeRequest): ScrapeResponse | undefined {
    const { query } = request;
    const gatherer = this.#gatherer ?? defaultGatherer();
    if (query === '' || gatherer.members === undefined) return undefined;
    const isDiscovery = new URLSearchParams(query).has('discover');
    const member = memberOf(query);
    if (!isDiscovery && member === undefined) return undefined;
    try {
      const members = gatherer.members();
      if (isDiscovery) return discoveryResponse(members, request.header('host'));
      return members.includes(member!) ? undefined : textResponse(404, 'There is no such process');
    } catch (error) {
      return failureResponse(error);
    }
  }

  #formatFor(request: ScrapeRequest): Format {
    return negotiate(request.header('accept'), this.#options.formats);
  }

  async #gathered(
    request: ScrapeRequest,
    place: ScrapePlace,
    deadline: Deadline,
    collectorMs: number,
    deadlineMs: number,
  ): Promise<ScrapeResponse> {
    try {
      const names = namesOf(request.query);
      const gathered = await this.#gathering.gather(this.#gatherer ?? defaultGatherer(), {
        names,
        member: memberOf(request.query),
        strict: this.#options.strict ?? false,
        collectorMs,
        deadlineMs,
        signal: deadline.signal,
      });
      const families = this.#omitted.addTo(gathered, names);
      const format = this.#formatFor(request);
      const content = await wholeOrChunks(
        watchedChunks(
          this.#writer.write(families, format),
          () => place.progressed(),
          (bytes) => this.#selfMetrics?.sent(bytes),
        ),
      );
      const acceptEncoding = request.header('accept-encoding');
      const coding = negotiateCoding(acceptEncoding, this.#codings);
      const isPlainRefused = refusesPlain(acceptEncoding);
      return { status: 200, headers: metricsHeaders(format), body: { content, coding, isPlainRefused, place } };
    } catch (error) {
      if (deadline.isOver) return textResponse(503, 'The metrics could not be gathered in the time of the scrape');
      return failureResponse(error);
    }
  }
}

function namesOf(query: string): readonly string[] {
  return query === '' ? NO_NAMES : new URLSearchParams(query).getAll('name[]');
}

/** Returns the id of the member to gather alone, if any. */
function memberOf(query: string): string | undefined {
  return query === '' ? undefined : (new URLSearchParams(query).get('member') ?? undefined);
}

function occurrences(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) found++;
  return found;
}
