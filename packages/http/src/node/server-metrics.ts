import type { IncomingMessage } from 'node:http';
import { Counter } from '@promwright/metrics';
import { defaultRegisterer } from '@promwright/model';
import { metricNames } from '../requests/metric-names.ts';
import type { RequestOptions } from '../requests/request-options.ts';
import { RollbackRegisterer } from '../requests/rollback-registerer.ts';

/** What a client may ask to go on with, of which there are registered ones without end. */
const PROTOCOLS: ReadonlySet<string> = new Set(['websocket', 'h2c', 'connect']);
/**
 * Why Node refuses what it cannot take for a request: the reasons that can come from a client, by the names of its parser and
 * of its own errors.
 */
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
]);
const OTHER = '_OTHER';

/** What a server sees beside requests. */
export class ServerMetrics {
  readonly #upgrades: Counter<'protocol'>;
  readonly #failures: Counter<'code'>;

  /** @throws for names that are taken by other definitions; nothing is then registered */
  constructor(options: RequestOptions<never, never, string>) {
    const names = metricNames(options);
    const registry = new RollbackRegisterer(options.registry ?? defaultRegisterer());
    try {
      this.#upgrades = new Counter({
        registry,
        name: names.upgrades,
        help: 'HTTP requests that asked to go on with another protocol, which are no requests any more.',
        labelNames: ['protocol'],
      });
      this.#failures = new Counter({
        registry,
        name: names.clientErrors,
        help: 'What clients sent that was refused before it was a request, and connections that failed.',
        labelNames: ['code'],
      });
    } catch (error) {
      registry.undo();
      throw error;
    }
  }

  countUpgrade(req: IncomingMessage): void {
    const protocol = req.method === 'CONNECT' ? 'connect' : (req.headers.upgrade ?? '').toLowerCase();
    this.#upgrades.inc({ protocol: PROTOCOLS.has(protocol) ? protocol : OTHER });
  }

  countClientError(error: unknown): void {
    const code = String((error as { code?: unknown } | undefined)?.code);
    this.#failures.inc({ code: CLIENT_ERRORS.has(code) ? code : OTHER });
  }
}
