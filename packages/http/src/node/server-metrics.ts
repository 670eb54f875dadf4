import type { IncomingMessage } from 'node:http';
import { Counter } from '@promwright/metrics';
import { registryOf } from '../options/registry-of.ts';
import { metricNames } from '../requests/metric-names.ts';
import type { RequestOptions } from '../requests/request-options.ts';
import { RollbackRegisterer } from '../requests/rollback-registerer.ts';
import { upgradeProtocol } from '../requests/upgraded-connections.ts';

/** Code of a connection that is refused because the server has its `maxConnections`. */
export const MAX_CONNECTIONS = 'MAX_CONNECTIONS';
/** Code of a connection of TLS that chose neither HTTP/2 nor HTTP/1. */
export const UNKNOWN_PROTOCOL = 'UNKNOWN_PROTOCOL';
/** Error codes of Node and its HTTP parser that a client can cause. */
const CLIENT_ERRORS: ReadonlySet<string> = new Set([
  'HPE_INVALID_METHOD',
  'HPE_INVALID_URL',
  'HPE_INVALID_VERSION',
  'HPE_INVALID_HEADER_TOKEN',
  'HPE_INVALID_CONTENT_LENGTH',
  'HPE_UNEXPECTED_CONTENT_LENGTH',
  'HPE_INVALID_TRANSFER_ENCODING',
  'HPE_INVALID_CHUNK_SIZE',
  'HPE_INVALID_CONSTANT',
  'HPE_INVALID_EOF_STATE',
  'HPE_HEADER_OVERFLOW',
  'HPE_CHUNK_EXTENSIONS_OVERFLOW',
  'HPE_LF_EXPECTED',
  'HPE_CR_EXPECTED',
  'HPE_CLOSED_CONNECTION',
  'ERR_HTTP_REQUEST_TIMEOUT',
  'ERR_SSL_HTTP_REQUEST',
  'ECONNRESET',
  'EPIPE',
  'ERR_HTTP2_ERROR',
  MAX_CONNECTIONS,
  UNKNOWN_PROTOCOL,
]);
const OTHER = '_OTHER';

/** Metrics of a server's events that are no requests. */
export class ServerMetrics {
  readonly #upgrades: Counter<'protocol'>;
  readonly #failures: Counter<'code'>;

  /** @throws if a metric name is taken by another definition; then nothing stays registered */
  constructor(options: RequestOptions<never, never, string>) {
    const names = metricNames(options);
    const registry = new RollbackRegisterer(registryOf(options));
    try {
      this.#upgrades = new Counter({
        registry,
        name: names.upgrades,
        help: 'HTTP upgrade and CONNECT requests.',
        labelNames: ['protocol'],
      });
      this.#failures = new Counter({
        registry,
        name: names.clientErrors,
        help: 'Client errors: malformed requests and failed connections.',
        labelNames: ['code'],
      });
    } catch (error) {
      registry.undo();
      throw error;
    }
  }

  countUpgrade(req: IncomingMessage): void {
    this.#upgrades.inc({ protocol: upgradeProtocol(req) });
  }

  countClientError(error: unknown): void {
    const code = String((error as { code?: unknown } | undefined)?.code);
    this.#failures.inc({ code: CLIENT_ERRORS.has(code) ? code : OTHER });
  }
}
