import { isMainThread } from 'node:worker_threads';
import { type Repetition, repeat } from '@promwright/exporter';
import { type Gatherer, type GatherOptions, type MetricFamily, PromwrightError } from '@promwright/model';
import type { OwnPart } from './members-gatherer.ts';
import { combinationOf } from './merge/modes.ts';
import { prepareDirectory } from './spool/directory.ts';
import { MemberFile } from './spool/member-file.ts';
import { ownIdentity } from './spool/process-identity.ts';
import { memberId, Spool, type SpoolState } from './spool/spool.ts';
import { FORMAT, monotonicMs } from './spool/spool-file.ts';

/** Settings of a membership, after all checks. */
export interface MembershipSettings {
  readonly directory: string;
  readonly gatherer: () => Gatherer;
  readonly publishIntervalMs: number;
  readonly collectIntervalMs: number;
  readonly memberLabel: string;
  /** Receives errors of the file system. Must not throw. */
  readonly onError: (error: unknown) => void;
  readonly onSuccess: () => void;
}

/** Time between two notes that the process works. */
const BEAT_MS = 5000;
/** Time for which counts are kept that a collector does not return any more: it may have failed once. */
const KEPT_MS = 60_000;

/** Family of a custom collector. */
interface Collected {
  readonly family: MetricFamily;
  /** Number of the gathering that returned the family. */
  readonly gathering: number;
  missingSinceMs: number | undefined;
}

/** True for a family that a later gathering lacks: at once for gauges, after some time for counts, whose sums would go back. */
function isForgotten(collected: Collected, nowMs: number): boolean {
  collected.missingSinceMs ??= nowMs;
  const { isLiveOnly, operation } = combinationOf(collected.family);
  return isLiveOnly || operation !== 'sum' || nowMs - collected.missingSinceMs > KEPT_MS;
}

/** This process as a member of the processes that share a spool directory. Errors of the file system are reported, and not thrown. */
export class Membership implements OwnPart {
  readonly id: string;
  readonly startedMs = Date.now();
  readonly #settings: MembershipSettings;
  readonly #spool: Spool;
  readonly #file: MemberFile;
  /** Families that only a gathering returns, by name: those of custom collectors. */
  readonly #collected = new Map<string, Collected>();
  #gatherings = 0;
  #beatMs = -Infinity;
  #repetitions: readonly Repetition[] = [];
  /** False before the process has joined, and after it has left. */
  #isMember = false;
  readonly #publishAtExit = () => this.#publishNow();

  constructor(settings: MembershipSettings) {
    const identity = ownIdentity();
    this.id = memberId(identity);
    this.#settings = settings;
    this.#spool = new Spool(settings.directory, identity.namespace, settings.memberLabel);
    this.#file = new MemberFile(this.#spool.pathOf(this.id), {
      kind: 'member',
      format: FORMAT,
      id: this.id,
      startedMs: this.startedMs,
      rewrites: 0,
      ...identity,
    });
  }

  /** Creates the file of this process, and publishes from now on. Tries again later if the file system refuses. */
  join(): void {
    if (process.platform === 'win32') {
      this.#report('Processes cannot share metrics by files on Windows');
    } else if (!isMainThread) {
      this.#report('A worker thread cannot join processes; the main thread of its process can');
    } else if (!this.#tryToJoin()) {
      this.#repetitions = [repeat(this.#settings.collectIntervalMs, () => void this.#tryToJoin())];
    }
  }

  #report(problem: string): void {
    this.#settings.onError(new PromwrightError('SPOOL_FAILED', problem));
  }

  #tryToJoin(): boolean {
    const hasFile = this.#guarded(() => {
      prepareDirectory(this.#settings.directory);
      this.#file.create();
      return true;
    });
    if (hasFile !== true) return false;
    // If this fails, the counts of an earlier run remain in the sums.
    this.#guarded(() => this.#spool.startAfresh(this.id));
    this.#guarded(() => this.#file.settle());
    this.#start();
    return true;
  }

  /** Returns what all other members have published; `undefined` before the process has joined, and after it has left. */
  others(): SpoolState | undefined {
    return this.#isMember ? this.#spool.refresh(this.id, this.#settings.onError) : undefined;
  }

  /**
   * Gathers the metrics of this process for a scrape, and publishes them before the scrape shows them: a later scrape of another process
   * must not show less.
   */
  async gather(options: GatherOptions): Promise<readonly MetricFamily[]> {
    const gathering = ++this.#gatherings;
    const gathered = await this.#settings.gatherer().gather(options);
    return this.#guarded(() => this.#takeIn(gathered, gathering, options.names)) ?? gathered;
  }

  /** Publishes a last time, and leaves. The counts of this process stay. */
  async leave(): Promise<void> {
    // At once, because the program may end while this waits.
    this.#publishNow();
    await Promise.all(this.#repetitions.map((repetition) => repetition.stop()));
    this.#publishNow();
    process.off('exit', this.#publishAtExit);
    if (!this.#isMember) return;
    this.#isMember = false;
    this.#guarded(() => this.#file.end());
    this.#file.close();
  }

  #start(): void {
    const { publishIntervalMs, collectIntervalMs } = this.#settings;
    for (const repetition of this.#repetitions) void repetition.stop();
    this.#repetitions = [
      repeat(publishIntervalMs, () => this.#publishNow()),
      repeat(collectIntervalMs, async () => {
        await this.#collect();
        this.others();
      }),
    ];
    this.#isMember = true;
    process.on('exit', this.#publishAtExit);
    void this.#collect();
    // Most programs define their metrics after they have joined.
    setTimeout(() => void this.#collect(), publishIntervalMs).unref();
  }

  /** Runs all callbacks and publishes everything. */
  async #collect(): Promise<void> {
    try {
      await this.gather({ keepAlive: false });
    } catch (error) {
      this.#settings.onError(error);
    }
  }

  /** Publishes the numbers that need no callback. */
  #publishNow(): void {
    this.#guarded(() => {
      if (!this.#isMember) return;
      const families = this.#settings.gatherer().snapshot?.();
      if (families !== undefined) this.#publish(families, (name) => this.#collected.has(name));
      const nowMs = monotonicMs();
      if (nowMs - this.#beatMs < BEAT_MS) return;
      this.#beatMs = nowMs;
      this.#file.beat();
    });
  }

  /**
   * Publishes gathered families, and returns those to show. Metrics are shown as they are now, because the gathering may have waited
   * for a collector, and newer numbers may have been published.
   * @param gathering number of the gathering. A later one may have ended before
   */
  #takeIn(
    gathered: readonly MetricFamily[],
    gathering: number,
    names: readonly string[] | undefined,
  ): readonly MetricFamily[] {
    const metrics = this.#settings.gatherer().snapshot?.() ?? [];
    const ofMetrics = new Set(metrics.map(({ name }) => name));
    for (const family of gathered) {
      const known = this.#collected.get(family.name);
      if (ofMetrics.has(family.name) || (known !== undefined && known.gathering > gathering)) continue;
      this.#collected.set(family.name, { family, gathering, missingSinceMs: undefined });
    }
    const nowMs = monotonicMs();
    for (const [name, collected] of this.#collected) {
      const isGone = names === undefined && collected.gathering < gathering && isForgotten(collected, nowMs);
      if (isGone || ofMetrics.has(name)) this.#collected.delete(name);
    }
    const all = [...metrics, ...[...this.#collected.values()].map(({ family }) => family)];
    this.#publish(all, () => false);
    return names === undefined ? all : all.filter(({ name }) => names.includes(name));
  }

  #publish(families: readonly MetricFamily[], isKept: (name: string) => boolean): void {
    if (!this.#isMember) return;
    try {
      this.#file.publish(families, isKept);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
      // The directory was deleted. The file has all families when it is written again.
      prepareDirectory(this.#settings.directory);
      this.#file.publish(families, isKept);
    }
    this.#settings.onSuccess();
  }

  #guarded<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#settings.onError(error);
      return undefined;
    }
  }
}
