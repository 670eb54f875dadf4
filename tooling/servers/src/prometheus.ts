import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assertVersion, type VersionDemand } from './assert-version.ts';
import { findBinary } from './find-binary.ts';
import { PrometheusApi } from './prometheus-api.ts';
import { type RunningProcess, startProcess } from './start-process.ts';

/** Version of Prometheus. `2.42` is the oldest supported version; `3` is the newest available version, at least 3.5. */
export type PrometheusVersion = '2.42' | '3';

/** Format that Prometheus 3 can be configured to request. */
export type ScrapeProtocol =
  | 'PrometheusProto'
  | 'OpenMetricsText1.0.0'
  | 'OpenMetricsText0.0.1'
  | 'PrometheusText1.0.0'
  | 'PrometheusText0.0.4';

/** Target of scrapes. */
export interface Target {
  /** Host and port, without a scheme: `127.0.0.1:8080`. */
  readonly address: string;
  /** Value of the label `job`. Default: `test`. */
  readonly job?: string;
  /** Path of the scrape. Default: `/metrics`. */
  readonly metricsPath?: string;
  /** Labels that Prometheus adds to every series of the target. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Formats to request, in order of preference. Prometheus 3 only. */
  readonly scrapeProtocols?: readonly ScrapeProtocol[];
  /** True if labels of the scraped page override labels of the target, as for a Pushgateway. Default: false. */
  readonly honorLabels?: boolean;
}

/** Options of {@link startPrometheus}. */
export interface PrometheusOptions {
  readonly version: PrometheusVersion;
  /** First targets. {@link PrometheusServer.addTargets} adds targets later. */
  readonly targets?: readonly Target[];
  /** Interval of scrapes of a target, and limit of the duration of a scrape. Default: 500. */
  readonly scrapeIntervalMs?: number;
  /** Fields added to every scrape configuration, such as `always_scrape_classic_histograms`. */
  readonly extraScrapeConfig?: Readonly<Record<string, unknown>>;
  /** Features enabled by `--enable-feature`. Default: exemplars, native histograms and, in version 3, zeros at start times. */
  readonly features?: readonly string[];
  /** Command line flags added to the usual ones. */
  readonly extraFlags?: readonly string[];
}

interface Release extends VersionDemand {
  readonly features: readonly string[];
}

const releases: Readonly<Record<PrometheusVersion, Release>> = {
  '2.42': {
    binary: {
      title: 'Prometheus 2.42',
      variable: 'PROMETHEUS_2_BIN',
      suite: 'stable',
      packages: ['prometheus'],
      file: 'usr/bin/prometheus',
    },
    features: ['exemplar-storage', 'native-histograms'],
    // A binary named by the environment variable may be a later 2.x, as other systems have.
    accepts: (major, minor, overridden) => major === 2 && (overridden ? minor >= 42 : minor === 42),
    demand: '2.42, or from 2.42 up to the last 2.x when PROMETHEUS_2_BIN names it',
  },
  '3': {
    binary: {
      title: 'Prometheus 3',
      variable: 'PROMETHEUS_BIN',
      suite: 'unstable',
      packages: ['prometheus', 'promtool'],
      file: 'usr/bin/prometheus',
    },
    features: ['exemplar-storage', 'native-histograms', 'created-timestamp-zero-ingestion'],
    accepts: (major, minor) => major === 3 && minor >= 5,
    demand: '3.5 or a later 3.x',
  },
};

/**
 * Starts Prometheus with separate storage. The caller stops it.
 *
 * Prometheus reads its targets every five seconds, counted from its start: the first sample of a target arrives 5.1 to 5.6
 * seconds after the start. So start one server for a file of tests, or for all files.
 *
 * @example
 * const prometheus = await startPrometheus({ version: '3', targets: [{ address: `127.0.0.1:${port}` }] });
 * const [sample] = await prometheus.until('jobs_total == 3');
 * await prometheus.stop();
 */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const release = releases[options.version];
  const configuration = new Configuration(options);
  configuration.add(options.targets ?? []);
  const binary = await findBinary(release.binary);
  await assertVersion(release, binary);

  const folder = await mkdtemp(path.join(tmpdir(), 'promwright-prometheus-'));
  try {
    await configuration.write(folder);
    const data = path.join(folder, 'data');
    const running = await startProcess({
      name: release.binary.title,
      command: binary.path,
      args: (port) => [
        `--config.file=${path.join(folder, configurationFile)}`,
        `--storage.tsdb.path=${data}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
        `--enable-feature=${(options.features ?? release.features).join(',')}`,
        '--web.enable-lifecycle',
        '--web.enable-admin-api',
        '--web.enable-remote-write-receiver',
        // Second of two intervals between the discovery of a target and its first scrape. The default is 5 seconds too.
        '--scrape.discovery-reload-interval=50ms',
        ...(options.extraFlags ?? []),
      ],
      ready: async ({ url }) => {
        if (!(await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1000) })).ok) return false;
        // Another test's Prometheus may have taken the port, so check a value that only this Prometheus has.
        return (await new PrometheusApi(url).flags())['storage.tsdb.path'] === data;
      },
    });
    const version = await new PrometheusApi(running.url).buildVersion();
    return new PrometheusServer(running, version, configuration, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Prometheus started by {@link startPrometheus}. */
export class PrometheusServer extends PrometheusApi {
  /** Full version, such as `3.5.3`. */
  readonly version: string;
  readonly pid: number;
  readonly #process: RunningProcess;
  readonly #configuration: Configuration;
  readonly #folder: string;
  #written: Promise<void> = Promise.resolve();

  /** Called by {@link startPrometheus}. */
  constructor(running: RunningProcess, version: string, configuration: Configuration, folder: string) {
    super(running.url);
    this.version = version;
    this.pid = running.pid;
    this.#process = running;
    this.#configuration = configuration;
    this.#folder = folder;
  }

  /**
   * Adds targets and returns before the first scrape: Prometheus reads the new targets at most five seconds later. Wait with
   * {@link until}.
   */
  async addTargets(...targets: readonly Target[]): Promise<void> {
    const needsReload = this.#configuration.add(targets);
    // One write after another, so that the last written file contains all targets.
    const written = this.#written.then(() => this.#write(needsReload));
    this.#written = written.catch(() => {});
    await written;
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

  protected override async describeState(): Promise<string> {
    return `${await super.describeState()}\nits log ends with:\n${this.log().slice(-2000)}`;
  }

  async #write(needsReload: boolean): Promise<void> {
    await this.#configuration.write(this.#folder);
    if (!needsReload) return;
    const response = await fetch(`${this.url}/-/reload`, { method: 'POST' });
    if (!response.ok) throw new Error(`Prometheus refuses its configuration: ${await response.text()}`);
  }
}

const configurationFile = 'prometheus.yml';

/** Settings that cannot be labels of a target: they need a separate scrape configuration. */
interface ScrapeSettings {
  readonly scrape_protocols?: readonly ScrapeProtocol[];
  readonly honor_labels?: true;
}

/**
 * Files that Prometheus reads. There is one scrape configuration for every set of settings that cannot be labels of a target.
 * Everything else is in a file of targets that Prometheus watches.
 */
class Configuration {
  readonly #options: PrometheusOptions;
  /** Scrape configurations by their settings as a string. */
  readonly #groups = new Map<string, { readonly settings: ScrapeSettings; readonly targets: Target[] }>([
    ['{}', { settings: {}, targets: [] }],
  ]);

  constructor(options: PrometheusOptions) {
    this.#options = options;
  }

  /** Adds targets. Returns true if Prometheus must reload its configuration. */
  add(targets: readonly Target[]): boolean {
    for (const target of targets) this.#check(target);
    const before = this.#groups.size;
    for (const target of targets) {
      const settings = settingsOf(target);
      const key = JSON.stringify(settings);
      const group = this.#groups.get(key);
      if (group) group.targets.push(target);
      else this.#groups.set(key, { settings, targets: [target] });
    }
    return this.#groups.size > before;
  }

  async write(folder: string): Promise<void> {
    const interval = `${this.#options.scrapeIntervalMs ?? 500}ms`;
    const groups = [...this.#groups.values()].map(({ settings, targets }, index) => ({
      file: path.join(folder, `targets-${index}.json`),
      settings,
      targets,
    }));
    for (const { file, targets } of groups) await replaceFile(file, targets.map(targetGroup));
    await replaceFile(path.join(folder, configurationFile), {
      global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
      scrape_configs: groups.map(({ file, settings }, index) => ({
        job_name: `test-${index}`,
        ...settings,
        ...this.#options.extraScrapeConfig,
        file_sd_configs: [{ files: [file] }],
      })),
    });
  }

  #check({ address, scrapeProtocols }: Target): void {
    if (!/^[^/\s]+:\d+$/.test(address)) {
      throw new TypeError(`Target address must be host:port without a scheme or a path; got "${address}"`);
    }
    if (scrapeProtocols && this.#options.version !== '3') {
      throw new Error(
        `Target "${address}" must not have scrapeProtocols, which came with Prometheus 2.49; got version ${this.#options.version}`,
      );
    }
  }
}

function settingsOf({ scrapeProtocols = [], honorLabels }: Target): ScrapeSettings {
  return {
    ...(scrapeProtocols.length > 0 && { scrape_protocols: scrapeProtocols }),
    ...(honorLabels && { honor_labels: true }),
  };
}

function targetGroup({ address, job = 'test', metricsPath = '/metrics', labels }: Target): object {
  return { targets: [address], labels: { job, __metrics_path__: metricsPath, ...labels } };
}

/** Writes a file as JSON, which is also YAML. Replaces the old file by a rename, so that Prometheus never reads half a file. */
async function replaceFile(file: string, content: object): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content));
  await rename(`${file}.new`, file);
}
