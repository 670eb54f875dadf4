import { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '@promwright/exporter';
import type { GatewayAddress } from './gateway-address.ts';
import type { PushBody } from './push-body.ts';
import { PushError } from './push-error.ts';
import type { PushTls } from './push-tls.ts';
import { type GatewayRequest, type RequestResult, sendRequest } from './send-request.ts';

/** What a client is made with; everything in it was checked. */
export interface GatewayClientOptions {
  readonly address: GatewayAddress;
  /** Of the group, behind the prefix of the address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: PushTls;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Told of each request that is sent again. */
  readonly onRetry: () => void;
}

/** As much of an answer as an error shows, in characters. */
const MAX_MESSAGE_LENGTH = 1000;

/** Sends requests about one group, and sends them again where that may help. */
export class GatewayClient {
  /** Of the group, without credentials. */
  readonly url: string;
  readonly #options: GatewayClientOptions;
  #agent: Agent | undefined;

  constructor(options: GatewayClientOptions) {
    this.#options = options;
    this.url = `${options.address.origin}${options.address.prefix}${options.path}`;
  }

  /**
   * Returns when the server has taken it. What the server refuses is not sent again; what it failed to do, or did not answer,
   * is: all three methods have the same effect twice as once.
   * @throws PushError, or the signal's reason when that is aborted
   */
  async send(method: GatewayRequest['method'], body: PushBody | undefined, signal: AbortSignal): Promise<void> {
    const { retries, onRetry } = this.#options;
    for (let attempts = 1; ; attempts++) {
      const outcome = await this.#sendOnce(method, body, signal);
      if ('status' in outcome && outcome.status >= 200 && outcome.status < 300) return;
      if (attempts > retries || !isRetryable(outcome)) throw this.#error(method, outcome, attempts);
      onRetry();
      await wait(backoffMs(attempts), signal);
    }
  }

  /** Closes the connection, if there is one that nothing is sent on. */
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
    };
    const outcome = await sendRequest(options);
    // No failure of the server's: a connection that was kept is always in danger of this (RFC 9112, section 9.3.1).
    return 'error' in outcome && outcome.isStale ? sendRequest(options) : outcome;
  }

  #createAgent(): Agent {
    const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
    return this.#options.address.protocol === 'https:'
      ? new HttpsAgent({ ...this.#options.tls, ...options })
      : new Agent(options);
  }

  #error(method: string, outcome: RequestResult, attempts: number): PushError {
    const what = `${method === 'DELETE' ? 'Deletion of' : 'Push to'} "${this.url}"`;
    const times = attempts === 1 ? '' : ` after ${attempts} attempts`;
    if ('error' in outcome) {
      return new PushError(`${what} failed${times}: ${reasonOf(outcome.error)}`, attempts, { cause: outcome.error });
    }
    const { status, text } = outcome;
    const message = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
    const shown = message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
    return new PushError(`${what} failed${times}: status ${status}${shown && `: ${shown}`}`, attempts, {
      status,
      cause: new Error(shown || `status ${status}`),
    });
  }
}

/** Whether the same request may have another outcome later. */
function isRetryable(outcome: RequestResult): boolean {
  return 'error' in outcome || outcome.status >= 500 || outcome.status === 429;
}

/** Of several addresses that were tried in vain there is an error without a message. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error.message || error.code || error.name;
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { ref: false, signal }).catch(() => undefined);
  signal.throwIfAborted();
}
