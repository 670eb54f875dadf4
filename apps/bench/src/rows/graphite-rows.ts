import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { GraphiteBridgeOptions } from '@promwright/graphite';
import type { MetricFamily } from '@promwright/model';
import type { Contestant, Row, Sampler, Settings } from '../group.ts';
import { LABEL_NAMES, manyLabelSets } from '../label-sets.ts';
import { promwright } from '../libraries/promwright.ts';
import { measureTime } from '../measure-time.ts';

const COPY = 'writing the same bytes';
const SAMPLES = 'sample by sample';

/** Sender of all lines, which reports the number of lines passed to the operating system. */
interface Sending {
  push(): Promise<void>;
  lines(): Promise<number>;
}

/** Returns the row of sending lines of counters, from gathering to the socket. Another process reads the lines. */
export function linesRow(title: string): Row {
  return {
    title,
    unit: 'ns',
    contestants: [
      sending(promwright.name, (settings) => bridge(settings, {})),
      sending('ours, as tags', (settings) => bridge(settings, { tags: true })),
      sending('ours, as pickles', (settings) => bridge(settings, { protocol: 'pickle' })),
      sending('ours, as differences', (settings) => bridge(settings, { counters: 'delta' })),
      sending('ours, paths by a function', (settings) => bridge(settings, { path: byFunction })),
      sending(SAMPLES, sampleBySample),
      sending(COPY, copying),
    ],
    targets: [{ kind: 'at-least', against: SAMPLES, times: 2.5 }],
  };
}

/** Returns the rows of the longest time that sending ten times as many lines blocks the event loop. */
export function longestSendRows(title: string): Row[] {
  const contestant = (name: string, options: Partial<GraphiteBridgeOptions>): Contestant => ({
    name,
    start: (settings) => longestHold({ ...settings, series: settings.series * 10 }, options),
  });
  // The measured time includes garbage collection, which no slice can predict.
  const common = { unit: 'ms', rounds: 5, targets: [{ kind: 'at-most', value: 10 }] } as const;
  return [
    {
      title,
      contestants: [contestant(promwright.name, {}), contestant('ours, as pickles', { protocol: 'pickle' })],
      ...common,
    },
    { title: `${title} of differences`, contestants: [contestant(promwright.name, { counters: 'delta' })], ...common },
  ];
}

function sending(name: string, prepare: (settings: Settings) => Promise<Sending>): Contestant {
  return {
    name,
    start: async (settings) => {
      const { push, lines } = await prepare(settings);
      return measureTime(
        {
          async run(times) {
            for (let i = 0; i < times; i++) await push();
          },
          read: async () => ({ series: settings.series, total: (await lines()) / settings.series }),
          initially: { series: settings.series, total: 0 },
        },
        settings,
      );
    },
  };
}

function byFunction({
  name,
  labels,
}: {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}): string {
  return `${name}.method.${labels.method}.status.${labels.status}.route.${labels.route!.replaceAll(/[/.]/g, '_')}`;
}

async function bridge({ series }: Settings, options: Partial<GraphiteBridgeOptions>): Promise<Sending> {
  const { GraphiteBridge } = await import('@promwright/graphite');
  const { Registry } = await import('@promwright/metrics');
  const registerer = new Registry();
  const registry = await registryOf(series);
  const port = await startSink();
  const sender = new GraphiteBridge({ host: '127.0.0.1', port, registry, registerer, ...options });
  const names = ['promwright_graphite_points_sent_total'];
  return {
    push: () => sender.push(),
    async lines() {
      const [family] = await registerer.gather({ names });
      return family!.values[0]!;
    },
  };
}

/** Sends in the simple way: one object per sample of the model, and every name escaped again for every line. */
async function sampleBySample({ series }: Settings): Promise<Sending> {
  const { samples } = await import('@promwright/model');
  const { pathNode } = await import('@promwright/graphite');
  const registry = await registryOf(series);
  const socket = await connected();
  let lines = 0;
  function* chunks(families: readonly MetricFamily[]): Generator<string> {
    const seconds = Math.floor(Date.now() / 1000);
    let text = '';
    for (const family of families) {
      for (const { name, labels, value } of samples(family)) {
        let path = name;
        for (const label of labels.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
          path += `.${label.name}.${pathNode(label.value)}`;
        }
        text += `${path} ${value} ${seconds}\n`;
        lines++;
        if (text.length < 65_536) continue;
        yield text;
        text = '';
      }
    }
    yield text;
  }
  return {
    async push() {
      for (const chunk of chunks(await registry.gather())) await written(socket, Buffer.from(chunk));
    },
    lines: async () => lines,
  };
}

/** Sends prepared bytes: the cost of the socket alone. */
async function copying({ series }: Settings): Promise<Sending> {
  const socket = await connected();
  const line = 'http_requests_total.method.GET.route._api_v1_resource_1234_items.status.200 12345.67 1795241075\n';
  const chunk = Buffer.from(line.repeat(Math.floor(65_536 / line.length)));
  const length = line.length * series;
  let lines = 0;
  return {
    async push() {
      for (let left = length; left > 0; left -= chunk.length)
        await written(socket, chunk.subarray(0, Math.min(left, chunk.length)));
      lines += series;
    },
    lines: async () => lines,
  };
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve())));
}

async function connected(): Promise<Socket> {
  const socket = connect(await startSink(), '127.0.0.1');
  await once(socket, 'connect');
  return socket.unref();
}

async function registryOf(series: number) {
  const { Counter, Registry } = await import('@promwright/metrics');
  const registry = new Registry();
  const counter = new Counter({
    name: 'http_requests_total',
    help: 'Requests.',
    labelNames: LABEL_NAMES,
    registry,
    seriesLimit: Infinity,
    labelLimit: Infinity,
  });
  manyLabelSets(series).forEach((labels, i) => {
    counter.inc(labels, i * 1.37);
  });
  return registry;
}

/** Starts a process that reads all data sent to a port until this process ends. Resolves to the port. */
async function startSink(): Promise<number> {
  const child = spawn(process.execPath, ['--eval', SINK], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  child.unref();
  (child.stdin as unknown as Socket).unref();
  (child.stdout as unknown as Socket).unref();
  return Number(line);
}

const SINK = `
const server = require('node:net').createServer((socket) => socket.on('error', () => {}).resume());
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
`;

async function longestHold(settings: Settings, options: Partial<GraphiteBridgeOptions>): Promise<Sampler> {
  const { push, lines } = await bridge(settings, options);
  let pushes = 0;
  return {
    async sample() {
      let longest = 0;
      let last = performance.now();
      let isSending = true;
      const watch = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (isSending) setImmediate(watch);
      };
      setImmediate(watch);
      await push();
      pushes++;
      isSending = false;
      watch();
      return longest;
    },
    async check() {
      const sent = await lines();
      if (sent !== pushes * settings.series) throw new Error(`It sent ${sent} lines in ${pushes} snapshots`);
    },
  };
}
