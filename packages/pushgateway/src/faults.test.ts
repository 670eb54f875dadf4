import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Gauge, Registry } from '@promwright/metrics';
import { familyFromRows } from '@promwright/model';
import { makeAuthority, makeCertificate } from '@tooling/servers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventually, GatewaySink, type Respond, statuses } from '../test/gateway-sink.ts';
import { PushError } from './push-error.ts';
import { Pushgateway } from './pushgateway.ts';
import type { PushgatewayOptions } from './pushgateway-options.ts';

function gatewayAt(url: string, options: Partial<PushgatewayOptions> = {}): Pushgateway {
  const registry = new Registry();
  new Gauge({ name: 'up', help: 'U.', registry }).set(1);
  return new Pushgateway({ url, job: 'test', registry, retries: 1, ...options });
}

async function failureOf(call: Promise<unknown>): Promise<PushError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PushError);
  return error as PushError;
}

const authority = makeAuthority('pushgateway');
const certificate = makeCertificate(authority, 'server');

/** Starts a server that sends nothing by itself, until the end of the test: by TCP, or by TLS for `https`. Returns its URL. */
async function rawServer(
  onConnection: (socket: Socket, count: number) => void,
  scheme: 'http' | 'https' = 'http',
): Promise<string> {
  const sockets: Socket[] = [];
  const accept = (socket: Socket) => {
    sockets.push(socket.on('error', () => undefined));
    onConnection(socket, sockets.length);
  };
  const server = scheme === 'http' ? createServer(accept) : createTlsServer(certificate, accept);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `${scheme}://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

describe('Pushgateway with a response of status', () => {
  test.each([500, 502, 503, 504, 429])('%i retries', async (status) => {
    const sink = await GatewaySink.start(statuses(status, 200));

    await gatewayAt(sink.url).push();

    expect(sink.received).toHaveLength(2);
    expect(sink.received[1]!.bytes).toEqual(sink.received[0]!.bytes);
  });

  test.each([400, 401, 403, 404, 405, 408, 413, 301, 307])(
    '%i does not retry, and rejects with the status',
    async (status) => {
      const sink = await GatewaySink.start((res) => void res.writeHead(status).end('the reason\n'));

      const error = await failureOf(gatewayAt(sink.url).push());

      expect(error).toMatchObject({
        name: 'PushError',
        code: 'PUSH_FAILED',
        status,
        attempts: 1,
        message: `Push to "${sink.url}/metrics/job/test" failed: status ${status}: the reason`,
        cause: { message: 'the reason' },
      });
      expect(sink.received).toHaveLength(1);
    },
  );

  test.each([200, 202, 204])('%i resolves', async (status) => {
    const sink = await GatewaySink.start(statuses(status));

    await gatewayAt(sink.url).push();
    await gatewayAt(sink.url).delete();

    expect(sink.received).toHaveLength(2);
  });

  test('500 rejects after the last attempt', async () => {
    const sink = await GatewaySink.start(statuses(500, 503));

    const error = await failureOf(gatewayAt(sink.url, { retries: 1 }).delete());

    expect(error).toMatchObject({
      status: 503,
      attempts: 2,
      message: `Deletion of "${sink.url}/metrics/job/test" failed after 2 attempts: status 503: response 2`,
    });
    expect(sink.received).toHaveLength(2);
  });
});

test('PushError shows at most 1000 characters of the response, on one line', async () => {
  const respond: Respond = (res) => void res.writeHead(400).end(`a\r\n\u001b[31mb ${'x'.repeat(100_000)}`);
  const sink = await GatewaySink.start(respond);

  const error = await failureOf(gatewayAt(sink.url).push());

  expect(error.message).toMatch(/status 400: a \[31mb x{990,}…$/);
  expect(error.message.length).toBeLessThan(1100);
});

test('Pushgateway stops reading an endless response', async () => {
  const sink = await GatewaySink.start((res) => {
    res.writeHead(400);
    const more = () => {
      while (res.write('x'.repeat(10_000)));
    };
    more();
    res.on('drain', more);
  });

  const error = await failureOf(gatewayAt(sink.url).push());

  expect(error.status).toBe(400);
  await eventually(() => expect(sink.open).toBe(0));
});

describe('Pushgateway with a server that', () => {
  test('is not there retries, and names the address in the error', async () => {
    const sink = await GatewaySink.start();
    const { url, port } = sink;
    await sink.stop();

    const error = await failureOf(gatewayAt(url).push());

    expect(error).toMatchObject({ code: 'PUSH_FAILED', attempts: 2, cause: { code: 'ECONNREFUSED' } });
    expect(error.status).toBeUndefined();
    expect(error.message).toBe(
      `Push to "${url}/metrics/job/test" failed after 2 attempts: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test('has several addresses without a response names the error', async () => {
    const sink = await GatewaySink.start();
    const { port } = sink;
    await sink.stop();

    const error = await failureOf(gatewayAt(`http://localhost:${port}`, { retries: 0 }).push());

    expect(error.message).toMatch(/ failed: .*ECONNREFUSED/);
  });

  test('comes up between two attempts pushes', async () => {
    const gone = await GatewaySink.start();
    const { port, url } = gone;
    await gone.stop();

    const push = gatewayAt(url, { retries: 4 }).push();
    const sink = await GatewaySink.start(undefined, undefined, port);
    await push;

    expect(sink.received).toHaveLength(1);
  });

  test('is restarted between two pushes pushes without a retry', async () => {
    const first = await GatewaySink.start();
    const { port, url } = first;
    const gateway = gatewayAt(url, { retries: 0 });
    // Keeps the connection open.
    gateway.start();
    onTestFinished(() => gateway.close());
    await gateway.push();
    await first.stop();
    const second = await GatewaySink.start(undefined, undefined, port);

    await gateway.push();

    expect(second.received).toHaveLength(1);
  });

  test('closes a persistent connection at the next request sends the request on a new connection', async () => {
    const requests: number[] = [];
    const url = await rawServer((socket, connection) => {
      let served = 0;
      socket.on('data', () => {
        requests.push(connection);
        if (served++ === 0) socket.write(OK);
        else socket.resetAndDestroy();
      });
    });
    const gateway = gatewayAt(url, { retries: 0 });
    gateway.start();
    onTestFinished(() => gateway.close());

    await gateway.push();
    await gateway.push();

    expect(requests).toEqual([1, 1, 2]);
  });

  test('hangs gives up after the time limit of each attempt', async () => {
    const sink = await GatewaySink.start(() => undefined);

    const error = await failureOf(gatewayAt(sink.url, { timeoutMs: 50 }).push());

    expect(error.message).toMatch(/ failed after 2 attempts: no response within 50 ms$/);
    expect(error.attempts).toBe(2);
    await eventually(() => expect(sink.open).toBe(0));
  });

  test('hangs once and then responds pushes', async () => {
    const sink = await GatewaySink.start((res, count) => void (count > 1 && res.end()));

    // Has spare attempts, in case the machine is slower.
    await gatewayAt(sink.url, { timeoutMs: 300, retries: 10 }).push();

    expect(sink.received.length).toBeGreaterThan(1);
  });

  test('responds slowly within the time limit waits', async () => {
    const sink = await GatewaySink.start((res) => void setTimeout(() => res.end(), 300));

    await gatewayAt(sink.url, { timeoutMs: 15_000, retries: 0 }).push();

    expect(sink.received).toHaveLength(1);
  });

  test.each([
    ['before it responds', ''],
    ['in the middle of a header', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['with something that is no HTTP', 'SSH-2.0-x\r\n'],
  ])('closes %s retries', async (_, response) => {
    const url = await rawServer((socket, count) => {
      socket.once('data', () => (count === 1 ? socket.end(response) : socket.end(OK)));
    });

    await gatewayAt(url).push();
  });

  test.each([200, 400])('closes in the middle of a response of status %i uses the status', async (status) => {
    let connections = 0;
    const url = await rawServer((socket) => {
      connections++;
      socket.once('data', () => socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: 1000\r\n\r\nbecause`));
    });

    const call = gatewayAt(url).push();

    if (status === 200) await call;
    else expect(await failureOf(call)).toMatchObject({ status, message: expect.stringContaining(': because') });
    expect(connections).toBe(1);
  });

  test('sends a status and never ends uses the status after the time limit', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 400 X\r\nContent-Length: 1000\r\n\r\nbecause'));
    });

    const error = await failureOf(gatewayAt(url, { timeoutMs: 2000 }).push());

    expect(error).toMatchObject({ status: 400, attempts: 1 });
  });
});

describe('Pushgateway with a gatherer that', () => {
  const never = { gather: () => new Promise<never>(() => undefined) };

  test('never resolves gives up', async () => {
    const sink = await GatewaySink.start();

    const push = gatewayAt(sink.url, { registry: never, timeoutMs: 20 }).push();

    await expect(push).rejects.toMatchObject({
      code: 'COLLECTOR_TIMEOUT',
      message: 'Metrics were not gathered within 20 ms',
    });
    expect(sink.sockets).toEqual([]);
  });

  test('throws rejects with its error', async () => {
    const error = new Error('no');
    const gatherer = {
      gather() {
        throw error;
      },
    };

    await expect(gatewayAt('http://127.0.0.1:1', { registry: gatherer }).push()).rejects.toBe(error);
  });

  test('never resolves rejects when the signal aborts', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    const push = gatewayAt('http://127.0.0.1:1', { registry: never }).push({ signal: control.signal });

    control.abort(reason);

    await expect(push).rejects.toBe(reason);
  });
});

describe('an abort of a Pushgateway call', () => {
  const reason = new Error('enough');

  test('before the call sends nothing', async () => {
    const sink = await GatewaySink.start();

    await expect(gatewayAt(sink.url).push({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    expect(sink.sockets).toEqual([]);
  });

  test('while the server hangs ends the call and its connection', async () => {
    const sink = await GatewaySink.start(() => undefined);
    const control = new AbortController();
    const push = gatewayAt(sink.url).push({ signal: control.signal });
    await sink.until(1);

    control.abort(reason);

    await expect(push).rejects.toBe(reason);
    await eventually(() => expect(sink.open).toBe(0));
  });

  test('between two attempts ends the call', async () => {
    const sink = await GatewaySink.start(statuses(500));
    const control = new AbortController();
    let responses = 0;
    sink.respond = (res) => {
      res.writeHead(500).end();
      // The wait after the third attempt takes seconds.
      if (++responses === 3) res.on('close', () => setImmediate(() => control.abort(reason)));
    };

    await expect(gatewayAt(sink.url, { retries: 20 }).push({ signal: control.signal })).rejects.toBe(reason);

    expect(sink.received).toHaveLength(3);
  });

  test('before the turn of a call ends only this call', async () => {
    const sink = await GatewaySink.start();
    let end = () => {};
    sink.respond = (res, count) => {
      if (count === 1) end = () => void res.end();
      else res.end();
    };
    const control = new AbortController();
    let gathered = 0;
    const gatherer = {
      gather: async () => {
        gathered++;
        return [];
      },
    };
    const gateway = gatewayAt(sink.url, { registry: gatherer });
    const first = gateway.push();
    const second = gateway.delete({ signal: control.signal });
    const third = gateway.pushAdd();
    await sink.until(1);

    control.abort(reason);
    await expect(second).rejects.toBe(reason);
    // Long enough for the later call to begin, which must still wait for the earlier calls.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(gathered).toBe(1);
    end();
    await Promise.all([first, third]);

    expect(sink.received.map(({ method }) => method)).toEqual(['PUT', 'POST']);
  });

  test('leaves no listener on the signal, nor does a finished push', async () => {
    const sink = await GatewaySink.start();
    const control = new AbortController();
    const listening = new Set<unknown>();
    const { signal } = control;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: never, ...rest: never[]) => {
      listening.add(listener);
      add(type, listener, ...rest);
    };
    signal.removeEventListener = (type: string, listener: never) => {
      listening.delete(listener);
      remove(type, listener);
    };
    const gateway = gatewayAt(sink.url);

    await gateway.push({ signal });
    await gateway.delete({ signal });

    expect(listening.size).toBe(0);
  });

  test('needs an AbortSignal', async () => {
    const call = gatewayAt('http://127.0.0.1:1').push({ signal: {} as AbortSignal });

    await expect(call).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe('Pushgateway after its calls', () => {
  test.each(['push', 'pushAdd', 'delete'] as const)('has no connection after %s', async (call) => {
    const sink = await GatewaySink.start();

    await gatewayAt(sink.url)[call]();

    await eventually(() => expect(sink.open).toBe(0));
    expect(sink.sockets).toHaveLength(1);
  });

  test('has no timer or socket after failures of all kinds', async () => {
    const resources = () =>
      process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPSocket|TCPConnect/.test(kind));
    const before = resources();
    const sink = await GatewaySink.start(statuses(500, 400));
    const hanging = await GatewaySink.start(() => undefined);
    await failureOf(gatewayAt(sink.url).push());
    await failureOf(gatewayAt(hanging.url, { timeoutMs: 20, retries: 0 }).push());
    await Promise.all([sink.stop(), hanging.stop()]);

    await eventually(() => expect(resources().length).toBeLessThanOrEqual(before.length));
  });

  test.each([200, 400, 'hanging up'])("has no timer, not even an unref'ed one: %s", async (response) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const sink = await GatewaySink.start((res) => {
      if (typeof response === 'number') res.writeHead(response).end();
      else res.destroy();
    });

    await gatewayAt(sink.url, { retries: 0 })
      .push()
      .catch(() => undefined);
    // The connection ends some turns of the event loop later.
    for (let turn = 0; turn < 1000 && vi.getTimerCount() > 0; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(vi.getTimerCount()).toBe(0);
  });

  test('close aborts running, waiting and periodic pushes', async () => {
    const sink = await GatewaySink.start(() => undefined);
    const gateway = gatewayAt(sink.url);
    gateway.start({ intervalMs: 1 });
    const calls = [gateway.push(), gateway.delete()];
    await sink.until(1);

    gateway.close();

    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'ABORTED', message: `Pushing to "${gateway.url}" was closed` },
      });
    }
    await eventually(() => expect(sink.open).toBe(0));
    const { length } = sink.received;
    sink.respond = (res) => void res.end();
    await gateway.stop();
    await gateway.push();
    expect(sink.received.slice(length).map(({ method }) => method)).toEqual(['PUT']);
  });
});

test('a thousand waiting calls of Pushgateway keep no bodies in memory: each gathers when its turn comes', async () => {
  const sink = await GatewaySink.start(() => undefined);
  let gathered = 0;
  const gatherer = {
    gather: async () => {
      gathered++;
      return [];
    },
  };
  const gateway = gatewayAt(sink.url, { registry: gatherer });
  const calls = Array.from({ length: 1000 }, () => gateway.push());
  const ended = Promise.allSettled(calls);
  await sink.until(1);

  const waiting = gathered;
  gateway.close();
  await ended;

  expect(waiting).toBe(1);
  expect(gathered).toBe(1);
});

test('Pushgateway does not block the program with a hundred thousand series', async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'value', help: 'V.', labelNames: ['key'], labelLimit: 200_000, registry });
  for (let key = 0; key < 100_000; key++) gauge.set({ key }, key / 7);
  const sink = await GatewaySink.start();
  const gateway = gatewayAt(sink.url, { registry });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  onTestFinished(() => clearInterval(timer));

  await gateway.push();

  // Timers run between the slices of encoding, and during compression.
  expect(turns).toBeGreaterThan(3);
  expect(sink.received[0]!.text.match(/^value\{/gm)).toHaveLength(100_000);
});

describe('Pushgateway settles', () => {
  const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';
  /** Number of bytes from which the status is known: the end of the header. */
  const HEADER_LENGTH = RESPONSE.indexOf('hello');

  describe.each(['http', 'https'] as const)('by %s', (scheme) => {
    const tls = scheme === 'https' && { tls: { ca: authority.cert } };
    const options = { retries: 0, timeoutMs: 10_000, ...tls };
    const outcomeOf = (push: Promise<void>) =>
      push.then(
        () => 'ok',
        (error: PushError) => error.code,
      );
    const expected = (length: number) => (length < HEADER_LENGTH ? 'PUSH_FAILED' : 'ok');
    const lengths = Array.from({ length: RESPONSE.length + 1 }, (_, length) => length);

    test('whatever byte of the response is the last one before the connection closes', async () => {
      const pushes = lengths.map(async (length) => {
        const respond = (socket: Socket) => void socket.once('data', () => socket.end(RESPONSE.slice(0, length)));
        return outcomeOf(gatewayAt(await rawServer(respond, scheme), options).push());
      });

      expect(await Promise.all(pushes)).toEqual(lengths.map(expected));
    });

    test('on a reused connection too', async () => {
      const pushes = lengths.map(async (length) => {
        const url = await rawServer((socket, count) => {
          let requests = 0;
          socket.on('data', () => {
            requests++;
            if (count > 1 || requests > 1) socket.end(RESPONSE.slice(0, length));
            else socket.write(RESPONSE);
          });
        }, scheme);
        const gateway = gatewayAt(url, options);
        gateway.start({ intervalMs: 1_000_000 });
        onTestFinished(() => gateway.close());
        await gateway.push();
        return outcomeOf(gateway.push());
      });

      expect(await Promise.all(pushes)).toEqual(lengths.map(expected));
    });
  });

  test('after status 101', async () => {
    const url = await rawServer(
      (socket) =>
        void socket.on('data', () =>
          socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
        ),
    );

    const error = await failureOf(gatewayAt(url, { retries: 0 }).push());

    expect(error.message).toMatch(/failed: the server ended the exchange without a response$/);
  });

  test.each([100, 103])('after endless responses of status %i', async (status) => {
    const url = await rawServer((socket) => {
      const timer = setInterval(() => socket.write(`HTTP/1.1 ${status} Wait\r\n\r\n`), 5);
      socket.once('close', () => clearInterval(timer));
    });

    const error = await failureOf(gatewayAt(url, { retries: 0, timeoutMs: 200 }).push());

    expect(error.message).toMatch(/failed: no response within 200 ms$/);
  });

  test('stop and abort while the server answers nothing', async () => {
    const url = await rawServer((socket) => void socket.resume());
    const gateway = gatewayAt(url, { onError: () => undefined });
    const abort = new AbortController();
    gateway.start({ intervalMs: 1_000_000 });

    const push = gateway.push({ signal: abort.signal });
    abort.abort(new Error('enough'));

    await expect(push).rejects.toThrow('enough');
    await gateway.stop({ timeoutMs: 100 });
  });
});

describe('Pushgateway and Retry-After', () => {
  const overloaded =
    (status: number, retryAfter: string) =>
    (res: ServerResponse): void =>
      void res.writeHead(status, { 'Retry-After': retryAfter }).end();

  test.each([
    [429, () => '2'],
    [503, () => new Date(Date.now() + 3000).toUTCString()],
  ])('status %i retries no earlier than the server asks', async (status, retryAfter) => {
    let requests = 0;
    const times: number[] = [];
    const sink = await GatewaySink.start((res) => {
      times.push(performance.now());
      if (requests++ === 0) overloaded(status, retryAfter())(res);
      else res.end();
    });

    await gatewayAt(sink.url).push();

    expect(times).toHaveLength(2);
    expect(times[1]! - times[0]!).toBeGreaterThan(1900);
  });

  test('a wait of more than a minute fails the push', async () => {
    const sink = await GatewaySink.start(overloaded(503, '3600'));

    const error = await failureOf(gatewayAt(sink.url).push());

    expect(sink.received).toHaveLength(1);
    expect(error).toMatchObject({ status: 503, attempts: 1 });
    expect(error.message).toMatch(/failed: status 503; the server asks to wait for 3600 seconds$/);
  });

  test('other statuses do not wait longer', async () => {
    let requests = 0;
    const sink = await GatewaySink.start((res) => {
      if (requests++ === 0) overloaded(500, '3600')(res);
      else res.end();
    });

    await gatewayAt(sink.url).push();

    expect(sink.received).toHaveLength(2);
  });
});

test('Pushgateway sends no header to the target of a redirect', async () => {
  const other = await GatewaySink.start();
  const sink = await GatewaySink.start(
    (res) => void res.writeHead(307, { Location: `${other.url}/metrics/job/x` }).end(),
  );

  const error = await failureOf(gatewayAt(sink.url, { headers: { 'X-Api-Key': 'secret' } }).push());

  expect(error.status).toBe(307);
  expect(other.received).toEqual([]);
});

test('Pushgateway reports a metric that the format cannot express, once, and pushes all others', async () => {
  const sink = await GatewaySink.start();
  const onError = vi.fn();
  const rows = [{ value: 1 }];
  const malformed = { ...familyFromRows({ name: 'malformed', type: 'gauge', rows }), values: new Float64Array(0) };
  const good = familyFromRows({ name: 'good', type: 'gauge', rows });
  const gateway = gatewayAt(sink.url, { registry: { gather: async () => [malformed, good] }, onError });

  await gateway.push();
  await gateway.push();

  expect(sink.received[0]!.text).toBe('# TYPE good gauge\ngood 1\n');
  expect(onError.mock.calls).toEqual([[expect.objectContaining({ code: 'INVALID_FAMILY' })]]);
});
