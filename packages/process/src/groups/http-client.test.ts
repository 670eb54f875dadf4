import { once } from 'node:events';
import { get, request } from 'node:http';
import { expect, test } from 'vitest';
import { collecting } from '../../test/collecting.ts';
import { getText, serve, until } from '../../test/http-server.ts';
import { valuesOf } from '../../test/values-of.ts';

const DURATION = 'http_client_request_duration_seconds';

/** Returns the number of finished requests by their labels except the host. */
async function countsIn(registry: Parameters<typeof valuesOf>[0], host: string): Promise<Record<string, number>> {
  const counts = Object.entries(await valuesOf(registry)).filter(([name]) => name.startsWith(`${DURATION}_count`));
  return Object.fromEntries(
    counts.map(([name, value]) => [name.replace(`${DURATION}_count`, '').replace(`host="${host}",`, ''), value]),
  );
}

test('group http-client measures requests of node:http and of fetch', async () => {
  const registry = collecting({ include: ['http-client'] });
  const host = await serve((req, res) => res.writeHead(req.url === '/gone' ? 404 : 200).end('Hello'));

  await getText(`http://${host}/`);
  await getText(`http://${host}/gone`);
  await (await fetch(`http://${host}/`)).text();
  await (await fetch(`http://${host}/`, { method: 'PATCH', body: 'x' })).text();

  expect(await countsIn(registry, host)).toEqual({
    '{client="http",method="GET",status_code="200"}': 1,
    '{client="http",method="GET",status_code="404"}': 1,
    '{client="undici",method="GET",status_code="200"}': 1,
    '{client="undici",method="PATCH",status_code="200"}': 1,
  });
});

test('group http-client measures until the response headers, regardless of the body', async () => {
  const registry = collecting({ include: ['http-client'] });
  let end: () => void = () => undefined;
  const host = await serve((_, res) => {
    end = () => res.end();
    res.flushHeaders();
  });
  const sent = get(`http://${host}/`);
  const [response] = await once(sent, 'response');

  const before = await countsIn(registry, host);
  end();
  response.resume();
  await once(response, 'end');

  expect(before).toEqual({ '{client="http",method="GET",status_code="200"}': 1 });
  expect(await countsIn(registry, host)).toEqual(before);
});

test('group http-client counts requests without a response as errors', async () => {
  const registry = collecting({ include: ['http-client'] });
  const host = await serve((req) => req.socket.destroy());

  const failed = request(`http://${host}/`).end();
  await once(failed, 'error');
  await expect(fetch(`http://${host}/`)).rejects.toThrow();

  expect(await countsIn(registry, host)).toEqual({
    '{client="http",method="GET",status_code="error"}': 1,
    '{client="undici",method="GET",status_code="error"}': 1,
  });
});

test('group http-client counts invented methods as _OTHER', async () => {
  const registry = collecting({ include: ['http-client'] });
  const host = await serve((_, res) => res.end());

  await getText(`http://${host}/`, { method: 'PURGE' });
  await getText(`http://${host}/`, { method: 'SEARCH' });

  expect(await countsIn(registry, host)).toEqual({ '{client="http",method="_OTHER",status_code="200"}': 2 });
});

test('group http-client counts hosts past the limit as __other__', async () => {
  const registry = collecting({ include: ['http-client'], hostLimit: 2 });
  const host = await serve((_, res) => res.end());
  for (const name of ['a', 'b', 'c', 'd']) await getText(`http://${host}/`, { headers: { Host: `${name}.example` } });

  const values = await valuesOf(registry);

  const hosts = Object.keys(values).flatMap((name) => /_count\{.*host="([^"]*)"/.exec(name)?.[1] ?? []);
  expect(hosts).toEqual(['a.example', 'b.example', '__other__']);
  expect(values[`${DURATION}_count{client="http",method="GET",host="__other__",status_code="200"}`]).toBe(2);
});

test('group http-client ignores requests started before the collection', async () => {
  const responses: (() => void)[] = [];
  const host = await serve((_, res) => responses.push(() => res.end()));
  const ended = getText(`http://${host}/`);
  await until(() => responses.length > 0);
  const registry = collecting({ include: ['http-client'] });

  responses[0]!();
  await ended;

  expect(await countsIn(registry, host)).toEqual({});
});
