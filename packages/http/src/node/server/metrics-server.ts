import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ServerOptions as TlsOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  checkBoolean,
  checkInteger,
  checkOptionNames,
  describeValue,
  errorMessage,
  MAX_TIMER_MS,
  optionTypeError,
  PromwrightError,
  rangeError,
  typeError,
} from '@promwright/model';
import { checkPath } from '../../options/check-path.ts';
import { hasPathname, targetOf } from '../../requests/request-target.ts';
import { checkScrapeOptions, SCRAPE_OPTION_NAMES, type ScrapeOptions } from '../../scrape/scrape-options.ts';
import { type ScrapeResponse, textResponse } from '../../scrape/scrape-response.ts';
import { scrapeHandler } from '../scrape/scrape-handler.ts';
import { markMetricsServer } from './metrics-server-mark.ts';
import { OpenConnections } from './open-connections.ts';

/** Options of {@link startMetricsServer}. */
export interface MetricsServerOptions extends ScrapeOptions<IncomingMessage> {
  /** Port to listen on. Default 9464; 0 for any free port. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`, reachable only from this machine; `0.0.0.0` or `::` for all addresses. */
  readonly host?: string;
  /** Path of the scrape. Default `/metrics`. */
  readonly path?: string;
  /**
   * Path that responds with status 200 to health probes, regardless of credentials and address. Default `/healthz`; `false`: no
   * such path.
   */
  readonly healthPath?: string | false;
  /**
   * Options of `node:https`, in order to serve HTTPS: at least `key` and `cert`, or `pfx`. With `requestCert: true` and `ca`, only
   * clients with a certificate of these authorities are served.
   */
  readonly tls?: TlsOptions;
  /** True to keep the process running while the server listens. Default false: a program ends when its own work is done. */
  readonly keepAlive?: boolean;
}

/** Metrics server that is listening. */
export interface MetricsServer {
  readonly host: string;
  readonly port: number;
  /** URL of the scrape, such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  /**
   * Stops listening, waits for running scrapes, at most `timeoutMs` milliseconds (default 5000; `Infinity`: no limit), and closes
   * all connections. A second call can set a shorter limit.
   * @throws with code `INVALID_OPTION` for an invalid time
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}

/** Generous: a scrape request is a single line and a few headers. */
const REQUEST_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5000;

/**
 * Serves metrics on a separate port, which a firewall can close to the public, and in front of which no middleware of the
 * application runs.
 *
 * @example
 * const server = await startMetricsServer();
 * console.log(server.url);
 * @returns the server, once it is listening
 * @throws with code `INVALID_OPTION` for an invalid option or certificate; with code `LISTEN_FAILED` for a port that is in use or
 *   not permitted
 */
export async function startMetricsServer(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const { port, host, path, healthPath, tls, keepAlive, scrapeOptions } = checkMetricsServerOptions(options);
  const server = create(tls);
  // After `create`, which throws for an invalid certificate: the handler registers the scrape's own metrics.
  const scrape = scrapeHandler(scrapeOptions);
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    const target = targetOf(req);
    if (hasPathname(target, path)) scrape(req, res);
    else if (healthPath !== false && hasPathname(target, healthPath)) respond(res, textResponse(200, 'ok'));
    else respond(res, textResponse(404, `Metrics are at ${path}`));
  });
  markMetricsServer(server);
  const connections = new OpenConnections(server, keepAlive);
  await listen(server, port, host);
  // An error when a connection is accepted, such as too many open files, must not end the program.
  server.on('error', () => undefined);
  if (!keepAlive) server.unref();
  return new ListeningServer(server, connections, host, path, tls === undefined ? 'http' : 'https');
}

class ListeningServer implements MetricsServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly #server: Server;
  readonly #connections: OpenConnections;
  #closed: Promise<void> | undefined;

  constructor(server: Server, connections: OpenConnections, host: string, path: string, scheme: string) {
    this.#server = server;
    this.#connections = connections;
    this.host = host;
    this.port = (server.address() as AddressInfo).port;
    this.url = `${scheme}://${authority(host, this.port)}${path}`;
  }

  async close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    checkOptionNames('close', options, ['timeoutMs']);
    const { timeoutMs = CLOSE_TIMEOUT_MS } = options;
    if (!(typeof timeoutMs === 'number' && timeoutMs >= 0 && (timeoutMs <= MAX_TIMER_MS || timeoutMs === Infinity))) {
      const found = describeValue(timeoutMs);
      throw rangeError(
        'INVALID_OPTION',
        `Option "timeoutMs" of close must be from 0 to ${MAX_TIMER_MS}, or Infinity; got ${found}`,
      );
    }
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#connections.end();
    });
    // For each call, because a later call can set a shorter limit.
    const deadline = timeoutMs === Infinity ? undefined : setTimeout(() => this.#connections.destroy(), timeoutMs);
    await this.#closed;
    clearTimeout(deadline);
  }
}

interface CheckedOptions {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly healthPath: string | false;
  readonly tls: TlsOptions | undefined;
  readonly keepAlive: boolean;
  readonly scrapeOptions: ScrapeOptions<IncomingMessage>;
}

const OPTIONS: Readonly<Record<Exclude<keyof MetricsServerOptions, keyof ScrapeOptions>, true>> = {
  port: true,
  host: true,
  path: true,
  healthPath: true,
  tls: true,
  keepAlive: true,
};

/** Advice for names of `node:http` and `node:https`, which have no effect outside the option `tls`. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  hostname: 'use "host"',
  key: 'use "tls: { key, cert }"',
  cert: 'use "tls: { key, cert }"',
  endpoint: 'use "path"',
};

function checkMetricsServerOptions(options: MetricsServerOptions): CheckedOptions {
  checkScrapeOptions(options, 'startMetricsServer', [...SCRAPE_OPTION_NAMES, ...Object.keys(OPTIONS)], COUNTERPARTS);
  const {
    port = 9464,
    host = '127.0.0.1',
    path = '/metrics',
    healthPath = '/healthz',
    tls,
    keepAlive = false,
    ...scrapeOptions
  } = options;
  checkInteger('port', port, 0, 65_535);
  if (typeof host !== 'string' || host === '') {
    throw optionTypeError('host', 'an address', host);
  }
  checkPath('path', path);
  if (healthPath !== false) checkPath('healthPath', healthPath);
  if (healthPath === path) {
    throw rangeError('INVALID_OPTION', `Option "healthPath" must differ from "path"; got ${describeValue(path)}`);
  }
  if (tls !== undefined && (typeof tls !== 'object' || tls === null)) {
    throw optionTypeError('tls', 'an object', tls);
  }
  if (tls !== undefined && tls.pfx === undefined && (tls.key === undefined || tls.cert === undefined)) {
    throw typeError('INVALID_OPTION', 'Option "tls" must hold "key" and "cert", or "pfx"');
  }
  checkBoolean('keepAlive', keepAlive);
  return { port, host, path, healthPath, tls, keepAlive, scrapeOptions };
}

function create(tls: TlsOptions | undefined): Server {
  const limits = {
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 2,
  };
  // Loaded here instead of imported: on Node 24 these two modules take longer to load than this package.
  if (tls === undefined) return process.getBuiltinModule('node:http').createServer(limits);
  try {
    return process
      .getBuiltinModule('node:https')
      .createServer({ handshakeTimeout: REQUEST_TIMEOUT_MS, ...tls, ...limits });
  } catch (cause) {
    throw new PromwrightError('INVALID_OPTION', `Option "tls" is not usable: ${errorMessage(cause)}`, { cause });
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    const message = `Metrics cannot be served at ${authority(host, port)}: ${errorMessage(cause)}`;
    throw new PromwrightError('LISTEN_FAILED', message, { cause });
  }
}

function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function respond(res: ServerResponse, { status, headers, body }: ScrapeResponse): void {
  res.writeHead(status, headers).end(body);
}
