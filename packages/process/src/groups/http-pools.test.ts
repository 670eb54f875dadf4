import { Agent } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { collecting } from '../../test/collecting.ts';
import { getText, serve, until } from '../../test/http-server.ts';
import { valuesOf } from '../../test/values-of.ts';

test('shows what of an agent is free, in use and queued', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  onTestFinished(() => agent.destroy());
  const registry = collecting({ include: ['http-pools'], httpPools: { shop: agent } });
  const answers: (() => void)[] = [];
  const host = await serve((_, res) => answers.push(() => res.end()));
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
  await until(() => answers.length === 2);
  const busy = await use();
  while (answers.length > 0 || Object.keys(agent.requests).length > 0) {
    answers.shift()?.();
    await new Promise(setImmediate);
  }
  await until(() => {
    answers.shift()?.();
    return Object.keys(agent.sockets).length === 0;
  });
  await Promise.all(ended);

  expect(before).toEqual([0, 0, 0]);
  expect(busy).toEqual([0, 2, 3]);
  expect(await use()).toEqual([2, 0, 0]);
});

test('shows the pools of undici: a client, a pool, and an agent with several', async () => {
  const { Agent: UndiciAgent, Client, Pool } = await import('undici');
  const answers: (() => void)[] = [];
  const host = await serve((_, res) => answers.push(() => res.end()));
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
  await until(() => answers.length === 4);
  const busy = await use();
  let over = false;
  const all = Promise.all(ended).then(() => {
    over = true;
  });
  await until(() => {
    answers.shift()?.();
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

test('the global agents are shown without being named', async () => {
  const values = await valuesOf(collecting({ include: ['http-pools'] }));

  expect(Object.keys(values)).toEqual(
    expect.arrayContaining([
      'nodejs_http_pool_sockets{pool="http",state="free"}',
      'nodejs_http_pool_sockets{pool="https",state="in_use"}',
      'nodejs_http_pool_queued_requests{pool="https"}',
    ]),
  );
});
