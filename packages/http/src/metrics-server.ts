import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions as TlsOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describeValue, PromwrightError, rangeError, typeError } from '@promwright/model';
import { checkPath } from './check-path.ts';
import { markMetricsServer } from './metrics-server-mark.ts';
import { hasPathname, targetOf } from './request-target.ts';
import { scrapeHandler } from './scrape-handler.ts';
import type { ScrapeOptions } from './scrape-options.ts';

/** How a {@link MetricsServer} is started. */
export interface MetricsServerOptions extends ScrapeOptions<IncomingMessage> {
  /** Default 9464; 0 for any free one. */
  readonly port?: number;
  /** The address to listen on. Default `127.0.0.1`, this machine only; `0.0.0.0` or `::` for all. */
  readonly host?: string;
  /** Default `/metrics`. */
  readonly path?: string;
  /** Where a probe is answered with status 200. Default `/healthz`; `false` for nowhere. It needs no credentials. */
  readonly healthPath?: string | false;
  /**
   * Serves HTTPS: options of `node:https`, at least `key` and `cert` or `pfx`. With `requestCert: true` and `ca` only clients
   * with a certificate of these authorities are served.
   */
  readonly tls?: TlsOptions;
  /** Whether the server alone keeps the process running. Default false, so that a program ends when its own work is done. */
  readonly keepAlive?: boolean;
}

/** A server of metrics that is listening. */
export interface MetricsServer {
  readonly host: string;
  readonly port: number;
  /** Of the scrape, such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  /**
   * Stops listening, lets scrapes under way come to their end, for `timeoutMs` at most (default 5000), and closes all
   * connections. May be called again.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}

/** Generous for what is a single line and a few headers. */
const REQUEST_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5000;

/**
 * Serves metrics on a port of their own, apart from the application's, so that it can be closed to the world and no
 * middleware stands before it.
 *
 * @example
 * const server = await startMetricsServer();
 * console.log(server.url);
 * @returns once it listens
 * @throws for a wrong option or certificate, with code `INVALID_OPTION`; with code `LISTEN_FAILED` for a port that is in use or
 *   may not be used
 */
export async function startMetricsServer(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const { port, host, path, healthPath } = checkMetricsServerOptions(options);
  const scrape = scrapeHandler(options);
  const server = create(options.tls, (req, res) => {
    const target = targetOf(req);
    if (hasPathname(target, path)) scrape(req, res);
    else if (healthPath !== false && hasPathname(target, healthPath)) answer(res, 200, 'ok');
    else answer(res, 404, `Metrics are at ${path}`);
  });
  markMetricsServer(server);
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, port, host);
  if (options.keepAlive !== true) server.unref();
  return new ListeningServer(server, host, path, options.tls === undefined ? 'http' : 'https');
}

class ListeningServer implements MetricsServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly #server: Server;
  #closed: Promise<void> | undefined;

  constructor(server: Server, host: string, path: string, scheme: string) {
    this.#server = server;
    this.host = host;
    this.port = (server.address() as AddressInfo).port;
    this.url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${this.port}${path}`;
  }

  close({ timeoutMs = CLOSE_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(timeoutMs);
    return this.#closed;
  }

  async #close(timeoutMs: number): Promise<void> {
    const server = this.#server;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs);
    await closed;
    clearTimeout(deadline);
  }
}

interface CheckedOptions {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly healthPath: string | false;
}

function checkMetricsServerOptions(options: MetricsServerOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `A metrics server takes an object of options; got ${describeValue(options)}`);
  }
  const { port = 9464, host = '127.0.0.1', path = '/metrics', healthPath = '/healthz', tls, keepAlive } = options;
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    const found = describeValue(port);
    throw rangeError('INVALID_OPTION', `Option "port" must be a whole number from 0 to 65535; got ${found}`);
  }
  if (typeof host !== 'string' || host === '') {
    throw typeError('INVALID_OPTION', `Option "host" must be an address; got ${describeValue(host)}`);
  }
  checkPath('path', path);
  if (healthPath !== false) checkPath('healthPath', healthPath);
  if (healthPath === path) {
    throw rangeError('INVALID_OPTION', `Option "healthPath" must differ from "path"; got ${describeValue(path)}`);
  }
  if (tls !== undefined && (typeof tls !== 'object' || tls === null)) {
    throw typeError('INVALID_OPTION', `Option "tls" must be an object; got ${describeValue(tls)}`);
  }
  if (tls !== undefined && tls.pfx === undefined && (tls.key === undefined || tls.cert === undefined)) {
    throw typeError('INVALID_OPTION', 'Option "tls" must hold "key" and "cert", or "pfx"');
  }
  if (keepAlive !== undefined && typeof keepAlive !== 'boolean') {
    throw typeError('INVALID_OPTION', `Option "keepAlive" must be true or false; got ${describeValue(keepAlive)}`);
  }
  return { port, host, path, healthPath };
}

function create(tls: TlsOptions | undefined, listener: (req: IncomingMessage, res: ServerResponse) => void): Server {
  if (tls === undefined) return createServer(listener);
  try {
    return createHttpsServer(tls, listener);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PromwrightError('INVALID_OPTION', `Option "tls" makes no server: ${reason}`, { cause });
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error) => {
      const message = `Metrics cannot be served at ${host}:${port}: ${cause.message}`;
      reject(new PromwrightError('LISTEN_FAILED', message, { cause }));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

function answer(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  res.end(`${text}\n`);
}
