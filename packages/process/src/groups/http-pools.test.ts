import { Agent } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { collecting } from '../../test/collecting.ts';
import { getText, serve, until } from '../../test/http-server.ts';
import { valuesOf } from '../../test/values-of.ts';

test('group http-pools reports free and used sockets and queued requests of an agent', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  onTestFinished(() => agent.destroy());
  const registry = collecting({ include: ['http-pools'], httpPools: { shop: agent } });
  const responses: (() => void)[] = [];
  const host = await serve((_, res) => responses.push(() => res.end()));
  const use = async () => {
    const values = await valuesOf(registry);
    return [
      values['nodejs_http_pool_sockets{pool="shop",state="free"}'],
      values['nodejs_http_pool_sockets{pool="shop",state="in_use"}'],
      values['nodejs_http_pool_queued_requests{pool="shop"}'],
    ];
  };
  const before = await use();

  const ended = [1, 2, 3, 4, 5].map(() => getText(`http://${host}/`, { agent }));
  await until(() => responses.length === 2);
  const busy = await use();
  while (responses.length > 0 || Object.keys(agent.requests).length > 0) {
    responses.shift()?.();
    await new Promise(setImmediate);
  }
  await until(() => {
    responses.shift()?.();
    return Object.keys(agent.sockets).length === 0;
  });
  await Promise.all(ended);

  expect(before).toEqual([0, 0, 0]);
  expect(busy).toEqual([0, 2, 3]);
  expect(await use()).toEqual([2, 0, 0]);
});

test('group http-pools reports a client, a pool and an agent of undici', async () => {
  const { Agent: UndiciAgent, Client, Pool } = await import('undici');
  const responses: (() => void)[] = [];
  const host = await serve((_, res) => responses.push(() => res.end()));
  const client = new Client(`http://${host}`);
  const pool = new Pool(`http://${host}`, { connections: 2 });
  const agent = new UndiciAgent({ connections: 1 });
  onTestFinished(() => Promise.all([client, pool, agent].map((each) => each.destroy())).then(() => undefined));
  const registry = collecting({ include: ['http-pools'], httpPools: { client, pool, agent } });
  const use = async () => {
    const values = await valuesOf(registry);
    return ['client', 'pool', 'agent'].map((name) => [
      values[`nodejs_http_pool_sockets{pool="${name}",state="free"}`],
      values[`nodejs_http_pool_sockets{pool="${name}",state="in_use"}`],
      values[`nodejs_http_pool_queued_requests{pool="${name}"}`],
    ]);
  };

  const send = (dispatcher: typeof client | typeof pool | typeof agent) =>
    dispatcher.request({ origin: `http://${host}`, path: '/', method: 'GET' }).then(({ body }) => body.text());
  const ended = [client, client, pool, pool, pool, agent, agent].map(send);
  await until(() => responses.length === 4);
  const busy = await use();
  let over = false;
  const all = Promise.all(ended).then(() => {
    over = true;
  });
  await until(() => {
    responses.shift()?.();
    return over;
  });
  await all;

  expect(busy).toEqual([
    [0, 1, 1],
    [0, 2, 1],
    [0, 1, 1],
  ]);
  expect(await use()).toEqual([
    [1, 0, 0],
    [2, 0, 0],
    [1, 0, 0],
  ]);
});

test('group http-pools reports the global agents without an option', async () => {
  const values = await valuesOf(collecting({ include: ['http-pools'] }));

  expect(Object.keys(values)).toEqual(
    expect.arrayContaining([
      'nodejs_http_pool_sockets{pool="http",state="free"}',
      'nodejs_http_pool_sockets{pool="https",state="in_use"}',
      'nodejs_http_pool_queued_requests{pool="https"}',
    ]),
  );
});
