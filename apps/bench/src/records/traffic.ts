import { once } from 'node:events';
import { request } from 'node:http';

/** Where requests are sent. */
export interface Target {
  readonly port: number;
  /** When the request that is sent next has reached its handler. */
  reached(): Promise<void>;
}

/** A part of the traffic whose records are looked at on their own. */
export interface Part {
  /** How many requests it is. */
  readonly sent: number;
  send(target: Target): Promise<void>;
}

/** The same for every application: see the names. */
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

/** Requests one after the other, each until its response has ended. */
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

/** One request whose client leaves: when its handler has it, or when the response begins. */
function left(path: string, moment: 'reached' | 'response' = 'reached'): Part {
  return {
    sent: 1,
    async send({ port, reached }) {
      const req = request({ port, host: '127.0.0.1', path, agent: false });
      // What is cut off is an error to the client.
      req.on('response', (res) => res.on('error', () => undefined));
      const due = moment === 'reached' ? reached() : once(req, 'response');
      req.end();
      await due;
      req.on('error', () => undefined).destroy();
    },
  };
}
