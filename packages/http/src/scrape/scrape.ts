import { ExpositionWriter, type Format, negotiate } from '@promwright/exposition';
import { defaultGatherer, errorMessage, type Gatherer, mergeGatherers } from '@promwright/model';
import { type ContentCoding, negotiateCoding, refusesPlain } from './content-coding.ts';
import { Deadline } from './deadline.ts';
import { type AuthRule, authRule } from './scrape-auth.ts';
import { scrapeDeadline } from './scrape-deadline.ts';
import { checkScrapeOptions, type ScrapeOptions } from './scrape-options.ts';
import { ScrapeSelfMetrics } from './scrape-self-metrics.ts';
import { SingleFlightGather } from './single-flight-gather.ts';

/** A request for a scrape, of whatever kind of server. */
export interface ScrapeRequest {
  readonly method: string;
  /** Behind the question mark. */
  readonly query: string;
  header(name: string): string | undefined;
  /** Aborted when the reader has left. */
  readonly signal: AbortSignal;
  /** Whether it comes from an address that may not scrape. */
  readonly isForbidden?: boolean;
  /** What the option `auth` is asked about. */
  readonly req: unknown;
}

/** The answer, to be sent as it is. */
export interface ScrapeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A text, or what has yet to be written and encoded. */
  readonly body: string | undefined | ScrapeBody;
}

/** A body that is to be encoded. */
export interface ScrapeBody {
  /** All of it, or chunks that are made as they are read: whoever takes these reads them to their end, or calls `return()`. */
  readonly content: Uint8Array | Chunks;
  readonly coding: ContentCoding;
  /** Whether it is to be encoded even if it is too small for that to be worth it. */
  readonly isPlainRefused: boolean;
}

/** Pieces of a body, to be made. */
export type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

const NO_NAMES: readonly string[] = [];
const MAX_QUERY_LENGTH = 65_536;
const MAX_PARAMETERS = 1024;
const MAX_NAMES = 100;
/** Of a reader who left before there was an answer, as the request metrics have it. */
const LEFT = 499;

const SAFE: Readonly<Record<string, string>> = Object.freeze({
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/** Answers scrapes, knowing no kind of server. */
export class Scrape {
  readonly #options: ScrapeOptions<never>;
  readonly #gatherer: Gatherer | undefined;
  readonly #auth: AuthRule | undefined;
  readonly #codings: readonly ('zstd' | 'gzip')[];
  readonly #maxInFlight: number;
  readonly #self: ScrapeSelfMetrics | undefined;
  readonly #writer = new ExpositionWriter();
  readonly #gathering = new SingleFlightGather();
  #inFlight = 0;

  /**
   * @param codings what this kind of server can encode, the best first
   * @throws with code `INVALID_OPTION` for a wrong option
   */
  constructor(options: ScrapeOptions<never>, codings: readonly ('zstd' | 'gzip')[]) {
    checkScrapeOptions(options);
    const { gatherer, auth, compression = codings, maxInFlight = 4 } = options;
    this.#options = options;
    this.#gatherer = Array.isArray(gatherer) ? mergeGatherers(...gatherer) : (gatherer as Gatherer | undefined);
    this.#auth = auth === undefined ? undefined : authRule(auth);
    this.#codings = compression === false ? [] : compression.filter((coding) => codings.includes(coding));
    this.#maxInFlight = maxInFlight;
    this.#self = options.selfMetrics ? new ScrapeSelfMetrics() : undefined;
  }

  /**
   * Answers a request through `send`, which is called once, and whose promise is waited for before the next request takes
   * the place of this one. Fails only where `send` does.
   */
  async serve(request: ScrapeRequest, send: (answer: ScrapeResponse) => Promise<void>): Promise<void> {
    const { signal } = request;
    const atOnce = (await this.#refusal(request)) ?? this.#withoutGathering(request);
    if (atOnce !== undefined) {
      this.#self?.answered(signal.aborted ? LEFT : atOnce.status);
      await send(atOnce);
      return;
    }
    // Nothing is waited for between the look at the limit and this, or two could take the last place.
    this.#inFlight++;
    this.#self?.began();
    const startMs = performance.now();
    try {
      const answer = await this.#answer(request);
      this.#self?.answered(signal.aborted ? LEFT : answer.status);
      await send(answer);
    } finally {
      this.#inFlight--;
      this.#self?.ended((performance.now() - startMs) / 1000);
    }
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
      // What cannot say yes says no.
      return false;
    }
  }

  #withoutGathering(request: ScrapeRequest): ScrapeResponse | undefined {
    const { method, query } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return textResponse(405, 'Metrics are read by GET or HEAD', { Allow: 'GET, HEAD' });
    }
    if (query.length > MAX_QUERY_LENGTH || count(query, '&') >= MAX_PARAMETERS) {
      return textResponse(400, 'Invalid query parameters');
    }
    const names = namesOf(query).length;
    if (names > MAX_NAMES) {
      return textResponse(400, `A scrape takes at most ${MAX_NAMES} parameters name[]; got ${names}`);
    }
    if (method === 'HEAD') return { status: 200, headers: headersOf(this.#formatFor(request)), body: undefined };
    if (this.#inFlight >= this.#maxInFlight) {
      return textResponse(503, `At most ${this.#maxInFlight} scrapes are served at once`, { 'Retry-After': '1' });
    }
    return undefined;
  }

  #formatFor(request: ScrapeRequest): Format {
    return negotiate(request.header('accept'), this.#options.formats);
  }

  async #answer(request: ScrapeRequest): Promise<ScrapeResponse> {
    const { collectorMs, totalMs } = scrapeDeadline(
      this.#options.timeoutMs ?? 'header',
      request.header('x-prometheus-scrape-timeout-seconds'),
    );
    const time = new Deadline(request.signal, totalMs);
    try {
      const families = await this.#gathering.gather(this.#gatherer ?? defaultGatherer(), {
        names: namesOf(request.query),
        strict: this.#options.strict ?? false,
        collectorMs,
        deadlineMs: performance.now() + totalMs,
        signal: time.signal,
      });
      const format = this.#formatFor(request);
      const content = await contentOf(this.#counted(this.#writer.write(families, format)));
      const acceptEncoding = request.header('accept-encoding');
      const coding = negotiateCoding(acceptEncoding, this.#codings);
      const isPlainRefused = refusesPlain(acceptEncoding);
      return { status: 200, headers: headersOf(format), body: { content, coding, isPlainRefused } };
    } catch (error) {
      if (time.isOver) return textResponse(503, 'The metrics could not be gathered in the time of the scrape');
      return failureResponse(error);
    } finally {
      time.stop();
    }
  }

  #counted(chunks: Chunks): Chunks {
    return this.#self === undefined ? chunks : counted(chunks, this.#self);
  }
}

async function* counted(chunks: Chunks, self: ScrapeSelfMetrics): Chunks {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield chunk;
  }
  self.sent(bytes);
}

/** The same as a whole, or its chunks, of which two have been made, so that what fails early is still answered by an error. */
async function contentOf(chunks: Chunks): Promise<Uint8Array | Chunks> {
  const first = await chunks.next();
  const second = first.done ? first : await chunks.next();
  if (!second.done) return resumed([first.value as Uint8Array, second.value], chunks);
  return first.value ?? new Uint8Array(0);
}

/** What was read already, then the rest. */
async function* resumed(read: readonly Uint8Array[], rest: Chunks): Chunks {
  try {
    yield* read;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** Gives up a body that nobody takes. */
export async function discard(body: ScrapeResponse['body']): Promise<void> {
  if (typeof body === 'object' && !(body.content instanceof Uint8Array)) await body.content.return();
}

/** An answer for people to read. */
export function textResponse(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): ScrapeResponse {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...SAFE, ...headers },
    body: `${text}\n`,
  };
}

/** The answer to what went wrong: its message, of which one line is for others, and never a stack. */
export function failureResponse(error: unknown): ScrapeResponse {
  const [reason] = errorMessage(error).split(/[\r\n]/, 1);
  return textResponse(500, `The metrics could not be gathered: ${reason}`);
}

function headersOf(format: Format): Record<string, string> {
  return { 'Content-Type': format.contentType, Vary: 'Accept, Accept-Encoding', ...SAFE };
}

function namesOf(query: string): readonly string[] {
  return query === '' ? NO_NAMES : new URLSearchParams(query).getAll('name[]');
}

function count(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) found++;
  return found;
}
