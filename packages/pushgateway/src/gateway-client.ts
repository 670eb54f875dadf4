import { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { BackgroundIo, backoffMs } from '@promwright/exporter';
import { errorMessage } from '@promwright/model';
import type { GatewayAddress } from './gateway-address.ts';
import type { PushBody } from './push-body.ts';
import { PushError } from './push-error.ts';
import type { PushTls } from './push-tls.ts';
import { type GatewayRequest, type RequestResult, sendRequest } from './send-request.ts';

/** Options of a {@link GatewayClient}, already checked. */
export interface GatewayClientOptions {
  readonly address: GatewayAddress;
  /** Path of the group, after the prefix of the address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: PushTls;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Called for each request that is sent again. */
  readonly onRetry: () => void;
}

/** Limit of the response body in an error message, in characters. */
const MAX_MESSAGE_LENGTH = 1000;

/** Limit of the wait for which a server may ask by `Retry-After`, in milliseconds. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Client for one group of metrics, which retries requests. */
export class GatewayClient {
  /** URL of the group, without credentials. */
  readonly url: string;
  readonly #options: GatewayClientOptions;
  readonly #io = new BackgroundIo();
  #agent: Agent | undefined;

  constructor(options: GatewayClientOptions) {
    this.#options = options;
    this.url = `${options.address.origin}${options.address.prefix}${options.path}`;
  }

  /**
   * Sends a request; resolves when the server has accepted it. A refused request is not retried. A request with a server error
   * or without a response is retried, because all three methods are idempotent; not before the time of the header `Retry-After`,
   * and not at all if this is more than a minute away.
   * @throws PushError, or the signal's reason if the signal aborts
   */
  async send(method: GatewayRequest['method'], body: PushBody | undefined, signal: AbortSignal): Promise<void> {
    const { retries, onRetry } = this.#options;
    for (let attempts = 1; ; attempts++) {
      const result = await this.#sendOnce(method, body, signal);
      if ('status' in result && result.status >= 200 && result.status < 300) return;
      const retryAfterMs = requestedWait(result);
      if (attempts > retries || !isRetryable(result) || retryAfterMs > MAX_RETRY_AFTER_MS) {
        throw this.#error(method, result, attempts);
      }
      onRetry();
      await wait(Math.max(backoffMs(attempts), retryAfterMs), signal);
    }
  }

  /** Closes the connection. The caller must make sure that no request is running. */
  release(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #sendOnce(
    method: GatewayRequest['method'],
    body: PushBody | undefined,
    signal: AbortSignal,
  ): Promise<RequestResult> {
    const { address, path, headers, timeoutMs } = this.#options;
    this.#agent ??= this.#createAgent();
    const options: GatewayRequest = {
      address,
      agent: this.#agent,
      method,
      path: address.prefix + path,
      headers: { ...headers, ...body?.headers },
      body: body?.bytes,
      timeoutMs,
      signal,
      io: this.#io,
    };
    const result = await sendRequest(options);
    // This is not a failure of the server, which may close a persistent connection at any time (RFC 9112, section
    // 9.3.1).
    return 'error' in result && result.isStale ? sendRequest(options) : result;
  }

  #createAgent(): Agent {
    const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
    return this.#options.address.protocol === 'https:'
      ? new HttpsAgent({ ...this.#options.tls, ...options })
      : new Agent(options);
  }

  #error(method: string, result: RequestResult, attempts: number): PushError {
    const operation = `${method === 'DELETE' ? 'Deletion of' : 'Push to'} "${this.url}"`;
    const times = attempts === 1 ? '' : ` after ${attempts} attempts`;
    if ('error' in result) {
      return new PushError(`${operation} failed${times}: ${errorMessage(result.error)}`, attempts, {
        cause: result.error,
      });
    }
    const { status, text } = result;
    const message = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
    const excerpt = message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
    const isTooLong = requestedWait(result) > MAX_RETRY_AFTER_MS;
    const wait = isTooLong ? `; the server asks to wait for ${Math.ceil(requestedWait(result) / 1000)} seconds` : '';
    return new PushError(`${operation} failed${times}: status ${status}${excerpt && `: ${excerpt}`}${wait}`, attempts, {
      status,
      cause: new Error(excerpt || `status ${status}`),
    });
  }
}

/** Returns true if the same request may succeed later. */
function isRetryable(result: RequestResult): boolean {
  return 'error' in result || result.status >= 500 || result.status === 429;
}

/** Returns the time that an overloaded server asks to wait, in milliseconds; 0 if it does not ask. */
function requestedWait(result: RequestResult): number {
  if ('error' in result || (result.status !== 429 && result.status !== 503)) return 0;
  return result.retryAfterMs ?? 0;
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { ref: false, signal }).catch(() => undefined);
  signal.throwIfAborted();
}
