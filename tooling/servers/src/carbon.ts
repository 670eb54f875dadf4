import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { acceptsConnections } from './accepts-connections.ts';
import { type CarbonVersion, findGraphitePython, type GraphitePython } from './graphite-python.ts';
import { freePort, type RunningProcess, startProcess, tellsOfTakenPort } from './start-process.ts';

export type { CarbonVersion } from './graphite-python.ts';

const MAX_STARTS = 3;

/** Options of {@link startCarbon}. */
export interface CarbonOptions {
  readonly version: CarbonVersion;
}

/** Point stored by Graphite. `time` is in seconds since the epoch. */
export interface GraphitePoint {
  readonly time: number;
  readonly value: number;
}

/** Series as returned by graphite-web. */
export interface GraphiteSeries {
  /** Path, with tags if there are any. */
  readonly target: string;
  /** Tags reported by graphite-web. `name` is the path without tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Points with a value. */
  readonly points: readonly GraphitePoint[];
}

/**
 * Starts carbon with separate storage, which keeps every second of the last hour, and graphite-web to read the storage. The
 * caller stops both. Ready after about three seconds.
 *
 * @example
 * const carbon = await startCarbon({ version: '1.1.7' });
 * // send "app.requests 3 1700000000\n" to carbon.linePort
 * const [series] = await carbon.until('app.requests');
 * await carbon.stop();
 */
export async function startCarbon({ version }: CarbonOptions): Promise<CarbonServer> {
  const python = await findGraphitePython(version);
  for (let start = 1; ; start++) {
    try {
      return await startOnFreePorts(python);
    } catch (error) {
      if (start === MAX_STARTS || !tellsOfTakenPort((error as Error).message)) throw error;
    }
  }
}

/** Starts on free ports. Another process may take a port before carbon or graphite-web listens on it. */
async function startOnFreePorts(python: GraphitePython): Promise<CarbonServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'promwright-carbon-'));
  let web: RunningProcess | undefined;
  try {
    const queryPort = await freePort();
    // First, because carbon sends tags to graphite-web.
    web = await startWeb(python, folder, queryPort);
    const ports = { line: await freePort(), pickle: await freePort(), query: queryPort };
    const carbon = await startCache(python, folder, ports, web.url);
    return new CarbonServer(python, folder, ports, web, carbon);
  } catch (error) {
    await web?.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Ports {
  readonly line: number;
  readonly pickle: number;
  readonly query: number;
}

/** Graphite started by {@link startCarbon}. */
export class CarbonServer {
  /** Full version of carbon, such as `1.1.7`. */
  readonly version: string;
  /** Port for the plain text protocol, TCP and UDP. */
  readonly linePort: number;
  readonly picklePort: number;
  /** URL of graphite-web. */
  readonly url: string;
  readonly #python: GraphitePython;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #web: RunningProcess;
  #carbon: RunningProcess;

  /** Called by {@link startCarbon}. */
  constructor(python: GraphitePython, folder: string, ports: Ports, web: RunningProcess, carbon: RunningProcess) {
    this.version = python.version;
    this.linePort = ports.line;
    this.picklePort = ports.pickle;
    this.url = web.url;
    this.#python = python;
    this.#folder = folder;
    this.#ports = ports;
    this.#web = web;
    this.#carbon = carbon;
  }

  /** Returns the series of the last hour of a target such as `app.*` or `seriesByTag('name=app')`, from graphite-web. */
  async render(target: string): Promise<GraphiteSeries[]> {
    const query = new URLSearchParams({
      target,
      format: 'json',
      from: '-59min',
      noNullPoints: 'true',
      noCache: 'true',
    });
    const response = await fetch(`${this.url}/render?${query}`, { signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`graphite-web must render "${target}"; got ${response.status} ${text.slice(0, 500)}`);
    // JSON has no infinities: graphite-web writes numbers too large for a double.
    const series = JSON.parse(text) as {
      target: string;
      tags: Record<string, string>;
      datapoints: [number | null, number][];
    }[];
    return series.map(({ target, tags, datapoints }) => ({
      target,
      tags,
      points: datapoints.flatMap(([value, time]) => (value === null ? [] : { time, value })),
    }));
  }

  /**
   * Renders until `check` accepts the result; without `check`, until there is a series with a point.
   * @throws with the last result after `timeoutMs`, 20 seconds by default
   */
  async until(
    target: string,
    check: (series: readonly GraphiteSeries[]) => boolean = (series) => series.some(({ points }) => points.length > 0),
    { timeoutMs = 20_000 }: { readonly timeoutMs?: number } = {},
  ): Promise<GraphiteSeries[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      // graphite-web answers with status 500 if it reads a file that carbon is just creating.
      const series = await this.render(target).catch((error: unknown) => error as Error);
      if (Array.isArray(series) && check(series)) return series;
      if (Date.now() >= deadline) {
        const answer = series instanceof Error ? series.message : JSON.stringify(series).slice(0, 2000);
        throw new Error(`"${target}" must reach the expected result; got ${answer}\n${this.log().slice(-2000)}`);
      }
      await delay(50);
    }
  }

  /** Returns the points of a path on disk, like `whisper-fetch`; `undefined` if there is no file yet. */
  async fetchWhisper(series: string): Promise<GraphitePoint[] | undefined> {
    const file = path.join(this.#folder, 'storage/whisper', whisperFile(series));
    const script = path.join(import.meta.dirname, '../src/fetch-whisper.py');
    const from = String(Math.floor(Date.now() / 1000) - 3540);
    try {
      const { stdout } = await promisify(execFile)(this.#python.command, [script, file, from], {
        env: { ...process.env, ...this.#python.env },
        timeout: 10_000,
      });
      return (JSON.parse(stdout) as [number, string][]).map(([time, value]) => ({ time, value: pythonFloat(value) }));
    } catch (error) {
      if (/No such file or directory/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** Ends carbon alone. graphite-web still returns points on disk. */
  async stopCarbon(): Promise<void> {
    await this.#carbon.stop();
  }

  /** Starts carbon again on the same ports with the same storage, after {@link stopCarbon}. */
  async startCarbon(): Promise<void> {
    this.#carbon = await startCache(this.#python, this.#folder, this.#ports, this.#web.url);
  }

  /** Returns the end of carbon's log. */
  log(): string {
    return this.#carbon.log();
  }

  /** Ends both and deletes their storage. May be called more than once. */
  async stop(): Promise<void> {
    await Promise.all([this.#carbon.stop(), this.#web.stop()]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Returns the file of a series. Series with tags are stored under a hash, because file names are short. */
function whisperFile(series: string): string {
  if (!series.includes(';')) return `${series.replaceAll('.', '/')}.wsp`;
  const hash = createHash('sha256').update(series).digest('hex');
  return `_tagged/${hash.slice(0, 3)}/${hash.slice(3, 6)}/${hash}.wsp`;
}

function pythonFloat(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

async function startCache(
  { command, env }: GraphitePython,
  folder: string,
  ports: Ports,
  webUrl: string,
): Promise<RunningProcess> {
  for (const each of ['conf', 'log', 'run', 'storage/whisper'])
    await mkdir(path.join(folder, each), { recursive: true });
  const conf = path.join(folder, 'conf/carbon.conf');
  await writeFile(path.join(folder, 'conf/storage-schemas.conf'), '[all]\npattern = .*\nretentions = 1s:1h\n');
  await writeFile(conf, cacheConfiguration(folder, ports, webUrl));
  return startProcess({
    name: 'Carbon',
    command,
    env: { ...env, GRAPHITE_STORAGE_DIR: path.join(folder, 'storage'), GRAPHITE_CONF_DIR: path.join(folder, 'conf') },
    args: () => [
      path.join(import.meta.dirname, '../src/carbon-cache.py'),
      `--config=${conf}`,
      '--nodaemon',
      `--logdir=${path.join(folder, 'log')}`,
      // A killed carbon leaves its pid file behind.
      `--pidfile=${path.join(folder, 'run', `${process.hrtime.bigint()}.pid`)}`,
      'start',
    ],
    ready: async () =>
      (await acceptsConnections(ports.line)) &&
      (await acceptsConnections(ports.pickle)) &&
      (await acceptsConnections(ports.query)),
  });
}

function cacheConfiguration(folder: string, ports: Ports, webUrl: string): string {
  const settings = {
    STORAGE_DIR: `${folder}/storage/`,
    LOCAL_DATA_DIR: `${folder}/storage/whisper/`,
    CONF_DIR: `${folder}/conf/`,
    LOG_DIR: `${folder}/log/`,
    PID_DIR: `${folder}/run/`,
    USER: '',
    DATABASE: 'whisper',
    ENABLE_LOGROTATION: 'False',
    MAX_CACHE_SIZE: 'inf',
    MAX_UPDATES_PER_SECOND: 'inf',
    // By default carbon accepts only 50 new series per minute.
    MAX_CREATES_PER_MINUTE: 'inf',
    MIN_TIMESTAMP_RESOLUTION: '1',
    LINE_RECEIVER_INTERFACE: '127.0.0.1',
    LINE_RECEIVER_PORT: ports.line,
    ENABLE_UDP_LISTENER: 'True',
    UDP_RECEIVER_INTERFACE: '127.0.0.1',
    UDP_RECEIVER_PORT: ports.line,
    PICKLE_RECEIVER_INTERFACE: '127.0.0.1',
    PICKLE_RECEIVER_PORT: ports.pickle,
    CACHE_QUERY_INTERFACE: '127.0.0.1',
    CACHE_QUERY_PORT: ports.query,
    LOG_UPDATES: 'False',
    LOG_LISTENER_CONN_SUCCESS: 'False',
    WHISPER_FALLOCATE_CREATE: 'False',
    ENABLE_TAGS: 'True',
    GRAPHITE_URL: webUrl,
    TAG_UPDATE_INTERVAL: '1',
    TAG_BATCH_SIZE: '100',
    TAG_QUEUE_SIZE: '10000',
  };
  return `[cache]\n${Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')}`;
}

async function startWeb(python: GraphitePython, folder: string, queryPort: number): Promise<RunningProcess> {
  const { command } = python;
  const home = path.join(folder, 'web');
  await mkdir(path.join(home, 'log'), { recursive: true });
  await mkdir(path.join(folder, 'storage/whisper'), { recursive: true });
  await writeFile(path.join(home, 'web_settings.py'), webSettings(folder, home, queryPort));
  const { PYTHONPATH } = python.env;
  const env = {
    ...python.env,
    PYTHONPATH: [home, ...(PYTHONPATH === undefined ? [] : [PYTHONPATH])].join(path.delimiter),
    DJANGO_SETTINGS_MODULE: 'web_settings',
    GRAPHITE_STORAGE_DIR: path.join(folder, 'storage'),
    GRAPHITE_CONF_DIR: home,
  };
  await promisify(execFile)(command, ['-m', 'django', 'migrate', '--run-syncdb'], {
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return startProcess({
    name: 'graphite-web',
    command,
    env,
    // SQLite refuses readers while carbon writes tags, unless requests come one by one.
    args: (port) => ['-m', 'django', 'runserver', '--noreload', '--nothreading', '--insecure', `127.0.0.1:${port}`],
    ready: '/tags',
  });
}

function webSettings(folder: string, home: string, queryPort: number): string {
  const text = (...parts: readonly string[]) => JSON.stringify(path.join(...parts));
  return [
    'from graphite.settings import *',
    "SECRET_KEY = 'x'",
    'DEBUG = True',
    "ALLOWED_HOSTS = ['*']",
    "TIME_ZONE = 'UTC'",
    `STORAGE_DIR = ${text(folder, 'storage')}`,
    `WHISPER_DIR = ${text(folder, 'storage/whisper')}`,
    `STANDARD_DIRS = [${text(folder, 'storage/whisper')}]`,
    `LOG_DIR = ${text(home, 'log')}`,
    `CONF_DIR = ${text(home)}`,
    `INDEX_FILE = ${text(home, 'index')}`,
    `CARBONLINK_HOSTS = ['127.0.0.1:${queryPort}']`,
    `DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ${text(home, 'graphite.db')}}}`,
    `STATIC_ROOT = ${text(home, 'static')}`,
    `WEBAPP_DIR = ${text(home)}`,
    'CONTENT_DIR = WEBAPP_DIR',
    'STATICFILES_DIRS = []',
    '',
  ].join('\n');
}
