import { type IncomingMessage, METHODS, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Registry } from '@promwright/metrics';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Counts, countsIn } from './counts.ts';
import { eventually } from './eventually.ts';
import { opened } from './open.ts';

/** Request listener of Node. */
export type Listener = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Starts an application on a free port of 127.0.0.1, whose requests an adapter records in the registry. Its only route, `/route`,
 * accepts any method and passes Node's request and response to the listener. All other paths get status 404.
 */
export type StartServer = (registry: Registry, listener: Listener) => Promise<Server>;

const request = (line: string, ...headers: string[]) => `${[line, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
const GET = request('GET /route HTTP/1.1');
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'];
/** Bytes of a body that exceeds the buffers of the system. */
const BIG = 20_000_000;
const never = () => undefined;

/** Returns the received text once it contains `end`. */
function received(socket: Socket, end: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!text.includes(end)) return;
      socket.off('data', onData);
      resolve(text);
    };
    socket.on('data', onData);
  });
}

/** Defines tests of all ways in which a request can end. */
export function describeRequestEnds(title: string, start: StartServer): void {
  async function serve(listener: Listener): Promise<Counts & { readonly server: Server; readonly port: number }> {
    const registry = new Registry();
    const server = await start(registry, listener);
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { ...countsIn(registry), server, port: (server.address() as AddressInfo).port };
  }

  describe(title, () => {
    test('a normal request is counted once, with its duration in seconds', async () => {
      const { port, ended, inFlight, aborts, numbers } = await serve((_, res) => {
        setTimeout(() => res.end('x'), 30);
      });

      await fetch(`http://127.0.0.1:${port}/route`);

      await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
      expect(inFlight()).toEqual({ GET: 0 });
      expect(aborts()).toEqual({});
      const sum = numbers('http_request_duration_seconds_sum')['GET /route 200']!;
      expect(sum).toBeGreaterThan(0.025);
      expect(sum).toBeLessThan(5);
    });

    test.each<[title: string, request: string, listener: Listener, end: string, series: string]>([
      ['HEAD', request('HEAD /route HTTP/1.1'), (_, res) => res.end('body'), '\r\n\r\n', 'HEAD /route 200'],
      ['304', GET, (_, res) => res.writeHead(304).end(), '\r\n\r\n', 'GET /route 304'],
      [
        '100-continue',
        `${request('POST /route HTTP/1.1', 'Content-Length: 2', 'Expect: 100-continue')}ab`,
        (req, res) => req.resume().on('end', () => res.end('thanks')),
        'thanks',
        'POST /route 200',
      ],
      [
        'early hints and 102',
        GET,
        (_, res) => {
          res.writeProcessing();
          res.writeEarlyHints({ link: '</x.css>; rel=preload; as=style' });
          setTimeout(() => res.writeHead(201).end('made'), 10);
        },
        'made',
        'GET /route 201',
      ],
      [
        'a response that is ended twice',
        GET,
        (_, res) => {
          res.on('error', () => undefined);
          res.end('once');
          res.end('twice');
        },
        'once',
        'GET /route 200',
      ],
      [
        'a response before the body was read',
        `${request('POST /route HTTP/1.1', 'Content-Length: 100000')}some`,
        (_, res) => res.writeHead(413).end('too large'),
        'too large',
        'POST /route 413',
      ],
      ['a status that HTTP does not define', GET, (_, res) => res.writeHead(799).end('odd'), 'odd', 'GET /route 0xx'],
      [
        'an unknown method',
        request('MKCALENDAR /route HTTP/1.1'),
        (_, res) => res.end('ok'),
        'ok',
        '_OTHER /route 200',
      ],
    ])('records %s', async (_, text, listener, end, series) => {
      const { port, ended, inFlight, aborts } = await serve(listener);
      const socket = await opened(port);

      socket.write(text);
      await received(socket, end);

      await eventually(() => expect(ended()).toEqual({ [series]: 1 }));
      expect(Object.values(inFlight())).toEqual([0]);
      expect(aborts()).toEqual({});
    });

    test.each<[title: string, leave: (socket: Socket) => void]>([
      ['by reset', (socket) => socket.resetAndDestroy()],
      ['by FIN', (socket) => socket.end()],
    ])(
      'a client that leaves before the headers, %s, counts as 499, although the response comes later',
      async (_, leave) => {
        const { port, ended, inFlight, aborts } = await serve((_, res) => {
          res.on('close', () => setTimeout(() => res.end('late'), 10));
        });
        const socket = await opened(port);
        socket.write(GET);
        await eventually(() => expect(inFlight()).toEqual({ GET: 1 }));

        leave(socket);

        await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
        await delay(50);
        expect(ended()).toEqual({ 'GET /route 499': 1 });
        expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
        expect(inFlight()).toEqual({ GET: 0 });
      },
    );

    test('a client that leaves in the middle counts with the status that was sent, and as an abort', async () => {
      const { port, ended, inFlight, aborts } = await serve((_, res) => {
        const timer = setInterval(() => res.write('x'), 5);
        res.on('close', () => clearInterval(timer));
      });
      const socket = await opened(port);
      socket.write(GET);
      await received(socket, 'x');

      socket.destroy();

      await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
      expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test('a client that leaves while a whole body is waiting to be sent is an abort', async () => {
      const { port, ended, inFlight, aborts } = await serve((_, res) => res.end(Buffer.alloc(BIG)));
      const socket = await opened(port);
      socket.write(GET);
      await received(socket, '\r\n\r\n');

      socket.destroy();

      await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
      expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test.each<[title: string, request: string]>([
      ['on a connection that is kept', GET],
      ['on a connection that is closed', request('GET /route HTTP/1.1', 'Connection: close')],
      ['of HTTP/1.0', 'GET /route HTTP/1.0\r\n\r\n'],
    ])('a large body that is read slowly is no abort, %s', async (_, text) => {
      const { port, ended, inFlight, aborts } = await serve((_, res) => res.end(Buffer.alloc(BIG)));
      const socket = await opened(port);
      let bytes = 0;
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > BIG) socket.destroy();
        else if (bytes % 5 === 0) {
          socket.pause();
          setTimeout(() => socket.resume(), 2);
        }
      });

      socket.write(text);

      await eventually(() => expect(bytes).toBeGreaterThan(BIG));
      await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
      expect(aborts()).toEqual({});
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test('a connection that a handler upgrades is no request, and is counted while it is open', async () => {
      const { port, ended, inFlight, aborts, numbers, errors } = await serve((req) => {
        req.socket.write(`HTTP/1.1 101 Switching Protocols\r\n${UPGRADE.join('\r\n')}\r\n\r\nhello`);
        req.socket.on('data', (chunk) => req.socket.write(chunk));
      });
      const socket = await opened(port);

      socket.write(request('GET /route HTTP/1.1', ...UPGRADE));
      await received(socket, 'hello');

      expect(numbers('http_upgraded_connections')).toEqual({ websocket: 1 });
      expect(numbers('http_upgraded_connection_duration_seconds_count')).toEqual({ websocket: 0 });
      expect(inFlight()).toEqual({ GET: 0 });
      expect(numbers('http_oldest_request_age_seconds')).toEqual({ '': 0 });
      socket.destroy();
      await eventually(() => expect(numbers('http_upgraded_connections')).toEqual({ websocket: 0 }));
      expect(numbers('http_upgraded_connection_duration_seconds_count')).toEqual({ websocket: 1 });
      expect(ended()).toEqual({});
      expect(aborts()).toEqual({});
      expect(errors()).toBe(0);
    });

    test('an upgrade that is refused is a request, and the connection can be used again', async () => {
      const { port, ended, inFlight, aborts, numbers } = await serve((_, res) => res.writeHead(426).end('no'));
      const socket = await opened(port);

      for (let i = 0; i < 2; i++) {
        const done = received(socket, 'no');
        socket.write(request('GET /route HTTP/1.1', ...UPGRADE));
        await done;
      }

      await eventually(() => expect(ended()).toEqual({ 'GET /route 426': 2 }));
      expect(inFlight()).toEqual({ GET: 0 });
      expect(aborts()).toEqual({});
      expect(numbers('http_upgraded_connections')).toEqual({});
    });

    test('a request without a response is in flight until the client leaves', async () => {
      const { port, ended, inFlight, aborts } = await serve(never);
      const socket = await opened(port);
      socket.write(GET);
      await eventually(() => expect(inFlight()).toEqual({ GET: 1 }));
      await delay(50);
      expect(ended()).toEqual({});

      socket.destroy();

      await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
      expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test.each<[title: string, listener: Listener, series: string, phase: string]>([
      ['res.destroy() before the headers', (_, res) => res.destroy(), 'GET /route 499', 'before_headers'],
      [
        'res.destroy() in the middle',
        (_, res) => {
          res.writeHead(202);
          res.write('x', () => res.destroy());
        },
        'GET /route 202',
        'mid_response',
      ],
      ['socket.destroy()', (req) => req.socket.destroy(), 'GET /route 499', 'before_headers'],
      [
        'a response after socket.destroy()',
        (req, res) => {
          req.socket.destroy();
          res.end('unsent');
        },
        'GET /route 499',
        'before_headers',
      ],
    ])('%s is an abort', async (_, listener, series, phase) => {
      const { port, ended, aborts, inFlight } = await serve(listener);
      const socket = await opened(port);

      socket.write(GET);

      await eventually(() => expect(ended()).toEqual({ [series]: 1 }));
      expect(aborts()).toEqual({ [`GET /route ${phase}`]: 1 });
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test('server.setTimeout() still ends a slow request, which is an abort', async () => {
      const { port, server, ended, aborts, inFlight } = await serve(never);
      server.setTimeout(50);
      const socket = await opened(port);

      socket.write(GET);

      await new Promise((resolve) => socket.resume().once('close', resolve));
      await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
      expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test('closeAllConnections() aborts requests in flight', async () => {
      const { port, server, ended, aborts, inFlight } = await serve((_, res) => res.write('x'));
      const socket = await opened(port);
      socket.write(GET);
      await received(socket, 'x');

      server.closeAllConnections();

      await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
      expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test('each of several pipelined requests is counted', async () => {
      const { port, ended, aborts, inFlight } = await serve((req, res) => {
        if (req.url === '/route?slow') setTimeout(() => res.end('slow'), 40);
        else res.end(`body of ${req.url}`);
      });
      const socket = await opened(port);

      socket.write(['?slow', '?b', '?c'].map((query) => request(`GET /route${query} HTTP/1.1`)).join(''));
      await received(socket, 'body of /route?c');

      await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 3 }));
      expect(aborts()).toEqual({});
      expect(inFlight()).toEqual({ GET: 0 });
    });

    test.each([['left unread'], ['consumed']])(
      'pipelined requests that are aborted, bodies %s, are counted each',
      async (how) => {
        const { port, ended, aborts, inFlight } = await serve((req) => {
          if (how === 'consumed') req.resume();
        });
        const socket = await opened(port);
        socket.write(`${request('POST /route HTTP/1.1', 'Content-Length: 2')}ab`.repeat(3));
        await eventually(() => expect(inFlight()).toEqual({ POST: 3 }));

        socket.destroy();

        await eventually(() => expect(inFlight()).toEqual({ POST: 0 }));
        expect(Object.keys(ended())).toEqual(['POST /route 499']);
        expect(aborts()['POST /route before_headers']).toBe(ended()['POST /route 499']);
      },
    );

    test('1,000 sockets, most of them aborted, leave no request in flight', async () => {
      const arrived = new Map<number | undefined, number>();
      const { port, ended, aborts, inFlight, errors } = await serve((req, res) => {
        const { remotePort } = req.socket;
        arrived.set(remotePort, (arrived.get(remotePort) ?? 0) + 1);
        req.resume();
        if (req.url === '/route?ok') res.end('done');
        if (req.url === '/route?mid') res.write('x');
      });
      const kinds = ['ok', 'never', 'mid', 'pipelined'] as const;
      const run = async (kind: (typeof kinds)[number]) => {
        const socket = await opened(port);
        const { localPort } = socket;
        arrived.delete(localPort);
        if (kind === 'pipelined') {
          socket.write(`${request('POST /route?never HTTP/1.1', 'Content-Length: 2')}ab`.repeat(2));
          await eventually(() => expect(arrived.get(localPort)).toBe(2));
        } else {
          socket.write(request(`GET /route?${kind} HTTP/1.1`));
          if (kind === 'ok') await received(socket, 'done');
          else if (kind === 'mid') await received(socket, 'x');
          else await eventually(() => expect(arrived.get(localPort)).toBe(1));
        }
        await delay(Math.random() * 30);
        if (Math.random() < 0.5) socket.resetAndDestroy();
        else socket.destroy();
      };

      for (let batch = 0; batch < 20; batch++)
        await Promise.all(Array.from({ length: 50 }, (_, i) => run(kinds[i % 4]!)));

      await eventually(() => expect(Object.values(inFlight())).toEqual([0, 0]));
      // 13 of each 50 sockets are ok and never, 12 mid and pipelined.
      expect(ended()).toEqual({ 'GET /route 200': 20 * 25, 'GET /route 499': 20 * 13, 'POST /route 499': 20 * 24 });
      expect(aborts()).toEqual({
        'GET /route mid_response': 20 * 12,
        'GET /route before_headers': 20 * 13,
        'POST /route before_headers': 20 * 24,
      });
      expect(errors()).toBe(0);
    });

    test('a kept connection has one additional listener for any number of requests', async () => {
      const counts: number[] = [];
      const { port, ended } = await serve((req, res) => {
        counts.push(req.socket.listenerCount('close'));
        res.end('done');
      });
      const socket = await opened(port);

      for (let i = 0; i < 20; i++) {
        const done = received(socket, 'done');
        socket.write(GET);
        await done;
      }

      await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 20 }));
      expect(new Set(counts).size).toBe(1);
    });

    test('a scanner that tries 10,000 paths and all methods creates few series', async () => {
      const { port, ended, numbers, errors } = await serve((_, res) => res.end());
      // CONNECT asks for a tunnel. Node does not pass it to request listeners.
      const methods = METHODS.filter((method) => method !== 'CONNECT');
      const scan = async (from: number) => {
        const socket = await opened(port);
        let responses = 0;
        let waiting: (() => void) | undefined;
        socket.on('data', (chunk: Buffer) => {
          responses += chunk.toString('latin1').split('HTTP/1.1 ').length - 1;
          waiting?.();
        });
        for (let i = from, sent = 0; i < 10_000; i += 4) {
          const path = Math.random() < 0.1 ? 'route' : Math.random().toString(36).slice(2);
          socket.write(request(`${methods[i % methods.length]} /${path}?${i} HTTP/1.1`, 'Content-Length: 0'));
          sent++;
          // One request at a time, because frameworks add listeners to the socket for each request.
          while (sent - responses >= 1) await new Promise<void>((resolve) => (waiting = resolve));
        }
      };

      await Promise.all([scan(0), scan(1), scan(2), scan(3)]);

      const total = () => Object.values(ended()).reduce((sum, count) => sum + count, 0);
      await eventually(() => expect(total()).toBe(10_000));
      // Ten known methods and _OTHER, on the route and on unmatched paths, with the few statuses of a framework.
      expect(Object.keys(ended()).length).toBeLessThanOrEqual(44);
      expect(new Set(Object.keys(ended()).map((labels) => labels.split(' ')[1]))).toEqual(
        new Set(['/route', '(unmatched)']),
      );
      expect(Object.keys(numbers('promwright_label_overflow_total'))).toEqual([]);
      expect(errors()).toBe(0);
    });
  });
}
