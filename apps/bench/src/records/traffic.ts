import { once } from 'node:events';
import { request } from 'node:http';

/** Server that requests are sent to. */
export interface Target {
  readonly port: number;
  /** Resolves once the next request has reached its handler. */
  reached(): Promise<void>;
}

/** Part of the traffic with separate records. */
export interface Part {
  /** Number of requests. */
  readonly sent: number;
  send(target: Target): Promise<void>;
}

/** Traffic, the same for every application. The names describe the requests. */
export const traffic = {
  parameter: answered('GET', '/plain/alice', '/plain/bob-smith', '/plain/12345', '/plain/v'),
  mount: answered('GET', '/api/v1/item/apple', '/api/v2/item/pear'),
  otherRoutes: answered(
    'GET',
    '/static',
    '/static',
    '/files/a/b.txt',
    '/files/c.txt',
    '/redirect',
    '/redirect',
    '/error',
  ),
  scanner: answered('GET', '/wp-login.php', '/.env', '/admin/config.php'),
  head: answered('HEAD', '/plain/alice'),
  options: answered('OPTIONS', '/plain/alice'),
  makeCollection: answered('MKCOL', '/plain/alice'),
  properties: answered('PROPFIND', '/plain/alice'),
  leftBeforeHeaders: left('/slow'),
  leftInTheMiddle: left('/endless', 'response'),
  neverAnswered: left('/never'),
  stream: answered('GET', '/stream'),
} satisfies Record<string, Part>;

export type PartName = keyof typeof traffic;

/** Sends requests one by one, each until its response has ended. */
function answered(method: string, ...paths: string[]): Part {
  return {
    sent: paths.length,
    async send({ port }) {
      for (const path of paths) {
        const req = request({ port, host: '127.0.0.1', path, method, agent: false }).end();
        const [res] = await once(req, 'response');
        await res.toArray();
      }
    },
  };
}

/** Sends one request whose client disconnects: once the handler runs, or once the response begins. */
function left(path: string, moment: 'reached' | 'response' = 'reached'): Part {
  return {
    sent: 1,
    async send({ port, reached }) {
      const req = request({ port, host: '127.0.0.1', path, agent: false });
      // An aborted response is an error for the client.
      req.on('response', (res) => res.on('error', () => undefined));
      const due = moment === 'reached' ? reached() : once(req, 'response');
      req.end();
      await due;
      req.on('error', () => undefined).destroy();
    },
  };
}
