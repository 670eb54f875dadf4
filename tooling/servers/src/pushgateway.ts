import { randomUUID } from 'node:crypto';
import { assertVersion, type VersionDemand } from './assert-version.ts';
import { findBinary } from './find-binary.ts';
import { type RunningProcess, startProcess } from './start-process.ts';

/** Version of the Pushgateway. `1.5` is in Debian 12; `1.11`, the newest, accepts native histograms and UTF-8 names. */
export type PushgatewayVersion = '1.5' | '1.11';

/** Options of {@link startPushgateway}. */
export interface PushgatewayOptions {
  readonly version: PushgatewayVersion;
  /** Command line flags added to the usual ones, such as `--push.enable-utf8-names`. */
  readonly extraFlags?: readonly string[];
}

/** Series of a pushed family. Histograms and summaries have no `value`. */
export interface PushedMetric {
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly count?: string;
  readonly sum?: string;
  readonly buckets?: Readonly<Record<string, string>>;
}

/** Family of a group. */
export interface PushedFamily {
  /** Time of the push. */
  readonly time_stamp: string;
  readonly type: string;
  readonly help?: string;
  readonly metrics: readonly PushedMetric[];
}

/** All families pushed under one grouping key. */
export interface PushedGroup {
  /** Grouping key, with `job`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly lastPushSuccessful: boolean;
  /** Families by name, with `push_time_seconds` and `push_failure_time_seconds`, which the server adds. */
  readonly families: Readonly<Record<string, PushedFamily>>;
}

const releases: Readonly<Record<PushgatewayVersion, VersionDemand>> = {
  '1.5': {
    binary: {
      title: 'Pushgateway 1.5',
      variable: 'PUSHGATEWAY_1_5_BIN',
      suite: 'stable',
      packages: ['prometheus-pushgateway'],
      file: 'usr/bin/prometheus-pushgateway',
    },
    // A binary named by the environment variable may be a little newer. From 1.9 on it accepts native histograms.
    accepts: (major, minor, overridden) => major === 1 && (overridden ? minor >= 5 && minor < 9 : minor === 5),
    demand: '1.5, or from 1.5 to 1.8 when PUSHGATEWAY_1_5_BIN names it',
  },
  '1.11': {
    binary: {
      title: 'Pushgateway 1.11',
      variable: 'PUSHGATEWAY_BIN',
      suite: 'unstable',
      packages: ['prometheus-pushgateway'],
      file: 'usr/bin/prometheus-pushgateway',
    },
    accepts: (major, minor) => major === 1 && minor >= 11,
    demand: '1.11 or a later 1.x',
  },
};

/**
 * Starts a Pushgateway that keeps everything in memory. The caller stops it.
 *
 * @example
 * const gateway = await startPushgateway({ version: '1.11' });
 * const [group] = await gateway.groups();
 * await gateway.stop();
 */
export async function startPushgateway({ version, extraFlags = [] }: PushgatewayOptions): Promise<PushgatewayServer> {
  const release = releases[version];
  const binary = await findBinary(release.binary);
  await assertVersion(release, binary);
  const ours = `http://${randomUUID()}.invalid/`;
  const running = await startProcess({
    name: release.binary.title,
    command: binary.path,
    args: (port) => [
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${ours}`,
      // Debian's default is a file that all servers of the machine would share.
      '--persistence.file=',
      '--web.enable-admin-api',
      '--log.level=warn',
      ...extraFlags,
    ],
    ready: async ({ url }) => {
      const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1000) });
      await answer.arrayBuffer();
      // Another test's server may have taken the port, so check a value that only this server has.
      return answer.ok && (await statusOf(url)).flags['web.external-url'] === ours;
    },
  });
  return new PushgatewayServer(running, (await statusOf(running.url)).build_information.version);
}

/** Pushgateway started by {@link startPushgateway}. */
export class PushgatewayServer {
  /** URL of the server without a slash at the end. */
  readonly url: string;
  /** Host and port, as in a target of Prometheus. */
  readonly address: string;
  /** Full version, such as `1.11.2`. */
  readonly version: string;
  readonly pid: number;
  readonly #process: RunningProcess;

  /** Called by {@link startPushgateway}. */
  constructor(running: RunningProcess, version: string) {
    this.url = running.url;
    this.address = `127.0.0.1:${running.port}`;
    this.version = version;
    this.pid = running.pid;
    this.#process = running;
  }

  /** Returns all groups. A deleted group disappears a moment after the server's response to the deletion. */
  async groups(): Promise<readonly PushedGroup[]> {
    const data = await answerOf<readonly ApiGroup[]>(`${this.url}/api/v1/metrics`);
    return data.map(({ labels, last_push_successful, ...families }) => ({
      labels,
      lastPushSuccessful: last_push_successful,
      families: families as Readonly<Record<string, PushedFamily>>,
    }));
  }

  /** Returns the page for Prometheus, in the text format. */
  async page(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  /** Returns the end of the server's log. */
  log(): string {
    return this.#process.log();
  }

  /** Ends the server. May be called more than once. */
  stop(): Promise<void> {
    return this.#process.stop();
  }
}

interface ApiGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly last_push_successful: boolean;
}

interface ApiStatus {
  readonly build_information: { readonly version: string };
  readonly flags: Readonly<Record<string, string>>;
}

function statusOf(url: string): Promise<ApiStatus> {
  return answerOf<ApiStatus>(`${url}/api/v1/status`);
}

async function answerOf<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} must succeed; got ${response.status} ${await response.text()}`);
  return ((await response.json()) as { readonly data: T }).data;
}
