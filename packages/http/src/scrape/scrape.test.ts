import { buffer } from 'node:stream/consumers';
import { Gauge, Registry } from '@promwright/metrics';
import type { Gatherer, MetricFamily } from '@promwright/model';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Scrape, type ScrapeRequest } from './scrape.ts';
import { discardBody, type ScrapeBody, type ScrapeResponse } from './scrape-response.ts';

function requestOf(headers: Record<string, string> = {}, changes: Partial<ScrapeRequest> = {}): ScrapeRequest {
  const signal = new AbortController().signal;
  return { method: 'GET', query: '', header: (name) => headers[name], signal, req: undefined, ...changes };
}

/** Serves a request, and returns the status and the body, read to its end. */
async function responseTo(scrape: Scrape, request: ScrapeRequest): Promise<{ status: number; text: string }> {
  let response: { status: number; text: string } | undefined;
  await scrape.serve(request, async ({ status, body }: ScrapeResponse) => {
    const text = typeof body === 'object' ? await textOf(body) : (body ?? '');
    response = { status, text };
  });
  return response!;
}

async function textOf({ content }: ScrapeBody): Promise<string> {
  return (content instanceof Uint8Array ? Buffer.from(content) : await buffer(content)).toString();
}

const EMPTY: Gatherer = { gather: async () => [] };

describe('Scrape', () => {
  test.each<[what: string, query: string, status: number]>([
    ['1024 parameters', 'a=1&'.repeat(1023), 200],
    ['1025 parameters', 'a=1&'.repeat(1024), 400],
    ['65,536 characters', `a=${'x'.repeat(65_534)}`, 200],
    ['65,537 characters', `a=${'x'.repeat(65_535)}`, 400],
    ['100 names', 'name%5b%5d=a&'.repeat(100), 200],
    ['101 names', 'name%5b%5d=a&'.repeat(101), 400],
    ['101 other names', 'name=a&name[0]=a&'.repeat(101), 200],
  ])('responds to a query of %s', async (_, query, status) => {
    const scrape = new Scrape({ gatherer: EMPTY }, []);

    const get = await responseTo(scrape, requestOf({}, { query }));
    const head = await responseTo(scrape, requestOf({}, { query, method: 'HEAD' }));

    expect([get.status, head.status]).toEqual([status, status]);
  });

  describe('of a gatherer with members', () => {
    const gather = vi.fn(async () => []);
    const gatherer: Gatherer = { gather, members: () => ['12', '34'] };
    const ask = (query: string, of = gatherer) =>
      responseTo(new Scrape({ gatherer: of }, []), requestOf({ host: 'shop:9464' }, { query }));

    test('gathers one member on request', async () => {
      expect((await ask('member=34')).status).toBe(200);
      expect(gather).toHaveBeenLastCalledWith(expect.objectContaining({ member: '34' }));
    });

    test('responds with 404 to a member that does not exist', async () => {
      expect(await ask('member=56')).toEqual({ status: 404, text: 'There is no such process\n' });
    });

    test('lists the members as targets', async () => {
      const { status, text } = await ask('discover');

      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual([
        { targets: ['shop:9464'], labels: { __param_member: '12', instance: 'shop:9464/12' } },
        { targets: ['shop:9464'], labels: { __param_member: '34', instance: 'shop:9464/34' } },
      ]);
    });

    test('responds with 500 if members cannot be listed', async () => {
      const members = () => {
        throw new Error('broken');
      };

      expect(await ask('discover', { gather, members })).toMatchObject({ status: 500 });
    });

    test('ignores both parameters without members', async () => {
      const statuses = await Promise.all(['discover', 'member=1'].map((query) => ask(query, { gather })));

      expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
    });
  });

  test('passes the decoded names to the gatherer', async () => {
    const gather = vi.fn(async () => []);
    const scrape = new Scrape({ gatherer: { gather } }, []);

    await responseTo(scrape, requestOf({}, { query: 'name[]=a%20b&name%5B%5D=c+d&name[]=&name[]=%zz' }));

    expect(gather.mock.calls).toEqual([[expect.objectContaining({ names: ['a b', 'c d', '', '%zz'] })]]);
  });

  test.each<[auth: (() => boolean) | undefined]>([[undefined], [() => true]])(
    'serves no more than maxInFlight of simultaneous scrapes, the others later (auth %o)',
    async (auth) => {
      const scrape = new Scrape({ gatherer: EMPTY, maxInFlight: 2, ...(auth && { auth }) }, []);
      let sending = 0;
      let most = 0;
      const send = async ({ status }: ScrapeResponse) => {
        most = Math.max(most, ++sending);
        await new Promise((resolve) => setTimeout(resolve, 5));
        sending--;
        statuses.push(status);
      };
      const statuses: number[] = [];

      await Promise.all(Array.from({ length: 5 }, () => scrape.serve(requestOf(), send)));

      expect(statuses).toEqual([200, 200, 200, 200, 200]);
      expect(most).toBe(2);
    },
  );

  test('releases a place when the response cannot be sent', async () => {
    const scrape = new Scrape({ gatherer: EMPTY, maxInFlight: 1 }, []);

    await expect(scrape.serve(requestOf(), () => Promise.reject(new Error('no way')))).rejects.toThrow('no way');

    expect((await responseTo(scrape, requestOf())).status).toBe(200);
  });

  test('has no limit with maxInFlight: Infinity', async () => {
    const scrape = new Scrape({ gatherer: EMPTY, maxInFlight: Infinity }, []);

    const answers = await Promise.all(Array.from({ length: 50 }, () => responseTo(scrape, requestOf())));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  describe('deadline', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      onTestFinished(() => void vi.useRealTimers());
    });

    const never = () => new Promise<never>(() => undefined);

    test('a scrape has status 503 after a second in which all other scrapes were being gathered', async () => {
      const scrape = new Scrape({ gatherer: { gather: never }, maxInFlight: 2 }, []);
      for (let i = 0; i < 2; i++) void responseTo(scrape, requestOf());
      let status = 0;

      void responseTo(scrape, requestOf()).then((answer) => {
        status = answer.status;
      });

      await vi.advanceTimersByTimeAsync(999);
      expect(status).toBe(0);
      await vi.advanceTimersByTimeAsync(2);
      expect(status).toBe(503);
    });

    const header = (seconds: string) => requestOf({ 'x-prometheus-scrape-timeout-seconds': seconds });

    test('slow collectors of both rounds lose their own metrics, and the client gets all others', async () => {
      const registry = new Registry();
      new Gauge({ name: 'up', help: 'Up.', registry }).set(1);
      new Gauge({ name: 'slow_update', help: 'Slow.', registry, collect: never });
      registry.register({ families: [{ name: 'slow_families', type: 'gauge' }], collect: never });
      const scrape = new Scrape({ gatherer: registry }, []);

      const answer = responseTo(scrape, header('10'));
      await vi.advanceTimersByTimeAsync(9899);

      const { status, text } = await answer;
      expect(status).toBe(200);
      expect(text).toContain('up 1\n');
      expect(text).toContain('promwright_collector_errors_total{collector="slow_update"} 1\n');
      expect(text).toContain('promwright_collector_errors_total{collector="slow_families"} 1\n');
      expect(text).not.toContain('TYPE slow_');
    });

    test('a gatherer that ignores its time limit is abandoned before the client gives up', async () => {
      const scrape = new Scrape({ gatherer: { gather: never } }, []);
      const answered = vi.fn();

      const answer = responseTo(scrape, header('10'));
      void answer.then(answered);
      await vi.advanceTimersByTimeAsync(9899);
      const before = answered.mock.calls.length;
      await vi.advanceTimersByTimeAsync(1);

      expect(before).toBe(0);
      expect((await answer).status).toBe(503);
      expect(vi.getTimerCount()).toBe(0);
    });

    test('a client with a short deadline does not affect another client', async () => {
      const registry = new Registry();
      const collect = () => new Promise<void>((resolve) => setTimeout(resolve, 1000));
      new Gauge({ name: 'rows', help: 'Rows.', registry, collect }).set(7);
      const scrape = new Scrape({ gatherer: registry }, []);

      const hurried = responseTo(scrape, header('0.001'));
      const patient = responseTo(scrape, header('10'));
      await vi.advanceTimersByTimeAsync(1000);

      expect((await hurried).status).toBe(503);
      expect(await patient).toMatchObject({ status: 200, text: expect.stringContaining('rows 7\n') });
    });

    test('a client with a short deadline does not wait for the run of a client with a long deadline', async () => {
      const gather = vi.fn(never);
      const scrape = new Scrape({ gatherer: { gather } }, []);

      void responseTo(scrape, header('10'));
      const hurried = responseTo(scrape, header('1'));
      await vi.advanceTimersByTimeAsync(900);

      expect((await hurried).status).toBe(503);
      expect(gather).toHaveBeenCalledTimes(2);
      await vi.advanceTimersByTimeAsync(10_000);
    });

    test('leaves no timer behind', async () => {
      const scrape = new Scrape({ gatherer: EMPTY }, []);

      await responseTo(scrape, header('10'));

      expect(vi.getTimerCount()).toBe(0);
    });
  });

  test('responds with an error if the second chunk cannot be generated', async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'rows', help: 'Rows.', labelNames: ['id'], registry, labelLimit: Infinity });
    for (let id = 0; id < 256; id++) gauge.set({ id }, id);
    const [family] = await registry.gather();
    const unreadable = Object.defineProperty({ ...family!, name: 'others' }, 'dictionaries', {
      get: () => {
        throw new Error('unreadable');
      },
    }) as MetricFamily;
    const scrape = new Scrape({ gatherer: { gather: async () => [family!, unreadable] } }, []);

    const { status, text } = await responseTo(scrape, requestOf());

    expect([status, text.slice(0, 100)]).toEqual([500, 'The metrics could not be gathered: unreadable\n']);
  });

  test('ends the generation of a body that nobody reads', async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'a', help: 'A.', labelNames: ['id'], registry });
    for (let id = 0; id < 10_000; id++) gauge.set({ id }, id);
    const scrape = new Scrape({ gatherer: registry }, []);
    let rest: IteratorResult<Uint8Array, void> | undefined;

    await scrape.serve(requestOf(), async ({ body }) => {
      await discardBody(body);
      rest = await ((body as ScrapeBody).content as AsyncGenerator<Uint8Array, void>).next();
    });

    expect(rest).toEqual({ done: true, value: undefined });
  });
});
