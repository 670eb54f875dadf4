import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CarbonServer, type CarbonVersion, startCarbon } from './carbon.ts';

const started = new Map<CarbonVersion, CarbonServer>();
const time = Math.floor(Date.now() / 1000);

beforeAll(async () => {
  const versions = ['1.1.7', '1.1'] as const;
  await Promise.all(versions.map(async (version) => started.set(version, await startCarbon({ version }))));
});
afterAll(() => Promise.all([...started.values()].map((server) => server.stop())));

function sendLines(port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connect(port, '127.0.0.1')
      .on('error', reject)
      .on('close', () => resolve())
      .resume()
      .end(text);
  });
}

describe.each(['1.1.7', '1.1'] as const)('Carbon %s', (version) => {
  const carbon = () => started.get(version)!;

  test('reports its version', () => {
    expect(carbon().version).toMatch(version === '1.1.7' ? /^1\.1\.7$/ : /^1\.1\.\d{2}$/);
  });

  test('stores a line, on disk and in graphite-web', async () => {
    await sendLines(carbon().linePort, `app.requests 12.5 ${time}\napp.limit inf ${time}\n`);

    const points = [{ time, value: 12.5 }];
    expect(await carbon().until('app.requests')).toEqual([
      { target: 'app.requests', tags: { name: 'app.requests' }, points },
    ]);
    await vi.waitFor(async () => expect(await carbon().fetchWhisper('app.requests')).toEqual(points), {
      timeout: 15_000,
    });
    const most = { time, value: Number.POSITIVE_INFINITY };
    expect(await carbon().until('app.limit')).toMatchObject([{ points: [most] }]);
    await vi.waitFor(async () => expect(await carbon().fetchWhisper('app.limit')).toEqual([most]), { timeout: 15_000 });
    expect(await carbon().fetchWhisper('app.nothing')).toBeUndefined();
  });

  test('finds a line with tags by its tags', async () => {
    await sendLines(carbon().linePort, `tagged;host=a;zone=b 3 ${time}\n`);

    const [series] = await carbon().until("seriesByTag('name=tagged','zone=b')");

    expect(series).toEqual({
      target: 'tagged;host=a;zone=b',
      tags: { name: 'tagged', host: 'a', zone: 'b' },
      points: [{ time, value: 3 }],
    });
    const onDisk = async () =>
      expect(await carbon().fetchWhisper('tagged;host=a;zone=b')).toEqual([{ time, value: 3 }]);
    await vi.waitFor(onDisk, { timeout: 15_000 });
  });

  test('accepts datagrams', async () => {
    const socket = createSocket('udp4');
    await new Promise((resolve) => socket.send(`app.datagrams 4 ${time}\n`, carbon().linePort, '127.0.0.1', resolve));
    socket.close();

    expect(await carbon().until('app.datagrams')).toMatchObject([{ points: [{ time, value: 4 }] }]);
  });

  test('until rejects with the last result and the log after its timeout', async () => {
    await expect(carbon().until('app.never', undefined, { timeoutMs: 10 })).rejects.toThrow(
      /^"app\.never" must reach the expected result; got \[\]\n[\s\S]*creating database metric/,
    );
  });

  test('listens on the same ports after a restart', async () => {
    const { linePort } = carbon();
    await carbon().stopCarbon();
    await expect(sendLines(linePort, 'x')).rejects.toThrow('ECONNREFUSED');

    await carbon().startCarbon();
    await sendLines(linePort, `app.again 5 ${time}\n`);

    expect(await carbon().until('app.again')).toMatchObject([{ points: [{ time, value: 5 }] }]);
  });
});

test('startCarbon refuses a Python without Graphite and names the variable to set', async () => {
  vi.stubEnv('GRAPHITE_PYTHON3_BIN', process.execPath);

  await expect(startCarbon({ version: '1.1' })).rejects.toThrow(
    /^Carbon must have version 1\.1\.10 or a later 1\.x; got .*; set GRAPHITE_PYTHON3_BIN=/s,
  );
  vi.unstubAllEnvs();
});
