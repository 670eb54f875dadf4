import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { acceptsConnections } from './accepts-connections.ts';
import { type BinaryOptions, findBinary } from './find-binary.ts';
import { freePort, type RunningProcess, startProcess } from './start-process.ts';

/** Version of VictoriaMetrics. `1.79` is the version of Debian 12; `1` is the newest available version, at least 1.100. */
export type VictoriaMetricsVersion = '1.79' | '1';

/** Options of {@link startVictoriaMetrics}. */
export interface VictoriaMetricsOptions {
  readonly version: VictoriaMetricsVersion;
}

/** Series stored by VictoriaMetrics. */
export interface VictoriaMetricsSeries {
  /** Labels, `__name__` included. */
  readonly labels: Readonly<Record<string, string>>;
  /** Times in seconds since the epoch. */
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

interface Release {
  readonly binary: BinaryOptions;
  accepts(minor: number): boolean;
  readonly demand: string;
}

const common = { packages: ['victoria-metrics'], file: 'usr/bin/victoria-metrics' };
const releases: Readonly<Record<VictoriaMetricsVersion, Release>> = {
  '1.79': {
    binary: { ...common, title: 'VictoriaMetrics 1.79', variable: 'VICTORIA_METRICS_1_79_BIN', suite: 'stable' },
    accepts: (minor) => minor === 79,
    demand: '1.79',
  },
  '1': {
    binary: { ...common, title: 'VictoriaMetrics 1', variable: 'VICTORIA_METRICS_BIN', suite: 'unstable' },
    accepts: (minor) => minor >= 100,
    demand: '1.100 or a later 1.x',
  },
};

/**
 * Starts VictoriaMetrics with separate storage and a Graphite port. The caller stops it.
 *
 * @example
 * const server = await startVictoriaMetrics({ version: '1' });
 * // send "app.requests;host=a 3 1700000000\n" to server.graphitePort
 * const [series] = await server.until('{__name__="app.requests"}');
 * await server.stop();
 */
export async function startVictoriaMetrics({ version }: VictoriaMetricsOptions): Promise<VictoriaMetricsServer> {
  const { binary, accepts, demand } = releases[version];
  const { path: command, overridden } = await findBinary(binary);
  const found = await versionOf(command, overridden);
  if (!overridden && !accepts(Number(found.split('.')[1]))) {
    throw new Error(`${binary.title} must have version ${demand}; got ${found}; set ${binary.variable}`);
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'promwright-victoria-metrics-'));
  try {
    let graphitePort = 0;
    const running = await startProcess({
      name: binary.title,
      command,
      args: async (port) => {
        graphitePort = await freePort();
        return [
          `-storageDataPath=${path.join(folder, 'data')}`,
          `-httpListenAddr=127.0.0.1:${port}`,
          `-graphiteListenAddr=127.0.0.1:${graphitePort}`,
          '-search.latencyOffset=0s',
          '-search.disableCache',
          '-loggerLevel=WARN',
        ];
      },
      ready: async ({ url }) => {
        if (!(await fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) })).ok) return false;
        return acceptsConnections(graphitePort);
      },
    });
    return new VictoriaMetricsServer(running, found, graphitePort, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Returns the version. Debian's build does not report a version, so it is taken from the name of the unpacked package. */
async function versionOf(command: string, overridden: boolean): Promise<string> {
  const text = overridden
    ? (await promisify(execFile)(command, ['-version'], { timeout: 10_000 })).stdout
    : await readFile(path.join(path.dirname(command), '../../.ok'), 'utf8');
  return /1\.\d+\.\d+/.exec(text)?.[0] ?? 'unknown';
}

/** VictoriaMetrics started by {@link startVictoriaMetrics}. */
export class VictoriaMetricsServer {
  /** Full version, such as `1.79.5`. */
  readonly version: string;
  readonly url: string;
  /** Port for the plain text protocol of Graphite, TCP and UDP. */
  readonly graphitePort: number;
  readonly #process: RunningProcess;
  readonly #folder: string;

  /** Called by {@link startVictoriaMetrics}. */
  constructor(running: RunningProcess, version: string, graphitePort: number, folder: string) {
    this.version = version;
    this.url = running.url;
    this.graphitePort = graphitePort;
    this.#process = running;
    this.#folder = folder;
  }

  /** Returns every stored point of the series of a selector. Makes points received just now visible first. */
  async export(selector: string): Promise<VictoriaMetricsSeries[]> {
    await this.#get('/internal/force_flush');
    const text = await this.#get(`/api/v1/export?${new URLSearchParams({ 'match[]': selector })}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { metric, values, timestamps } = JSON.parse(numbersAsJson(line)) as {
          metric: Record<string, string>;
          values: (number | string | null)[];
          timestamps: number[];
        };
        return {
          labels: metric,
          points: values.map((value, i) => ({ time: timestamps[i]! / 1000, value: exportedNumber(value) })),
        };
      });
  }

  /**
   * Exports until `check` accepts the result; without `check`, until there is a series.
   * @throws with the last result after `timeoutMs`, 20 seconds by default
   */
  async until(
    selector: string,
    check: (series: readonly VictoriaMetricsSeries[]) => boolean = (series) => series.length > 0,
    { timeoutMs = 20_000 }: { readonly timeoutMs?: number } = {},
  ): Promise<VictoriaMetricsSeries[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const series = await this.export(selector);
      if (check(series)) return series;
      if (Date.now() >= deadline) {
        const answer = JSON.stringify(series).slice(0, 2000);
        throw new Error(`"${selector}" must reach the expected result; got ${answer}\n${this.log().slice(-2000)}`);
      }
      await delay(50);
    }
  }

  /** Returns the end of the server's log. */
  log(): string {
    return this.#process.log();
  }

  /** Ends the server and deletes its storage. May be called more than once. */
  async stop(): Promise<void> {
    await this.#process.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #get(target: string): Promise<string> {
    const response = await fetch(this.url + target, { signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`VictoriaMetrics must serve ${target}; got ${response.status} ${text.slice(0, 500)}`);
    return text;
  }
}

/** Quotes infinities and NaN in a line of JSON, because version 1.79 does not quote them. */
function numbersAsJson(line: string): string {
  return line.replace(/"values":\[[^\]"]*\]/, (values) => values.replace(/[+-]?(?:inf|nan)/gi, '"$&"'));
}

/** Parses a value. JSON has no infinities: strings represent infinities, and null represents NaN. */
function exportedNumber(value: number | string | null): number {
  if (value === null) return Number.NaN;
  if (typeof value === 'number') return value;
  return Number(value.replace(/inf(inity)?$/i, 'Infinity'));
}
