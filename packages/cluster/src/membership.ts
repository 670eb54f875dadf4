import { isMainThread } from 'node:worker_threads';
import { type Repetition, repeat } from '@promwright/exporter';
import { type Gatherer, type GatherOptions, type MetricFamily, PromwrightError } from '@promwright/model';
import type { OwnPart } from './members-gatherer.ts';
import { prepareDirectory } from './spool/directory.ts';
import { MemberFile } from './spool/member-file.ts';
import { ownIdentity } from './spool/process-identity.ts';
import { memberId, Spool, type SpoolState } from './spool/spool.ts';
import { FORMAT } from './spool/spool-file.ts';

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

/** This process as a member of the processes that share a spool directory. Errors are reported; no method throws. */
export class Membership implements OwnPart {
  readonly id: string;
  readonly startedMs = Date.now();
  readonly #settings: MembershipSettings;
  readonly #spool: Spool;
  readonly #file: MemberFile;
  /** Names of the families that only a whole gathering returns: those of custom collectors. */
  #collected = new Set<string>();
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
    this.#start();
    return true;
  }

  /** Returns what all other members have published; `undefined` if the directory cannot be read. */
  others(): SpoolState | undefined {
    if (!this.#isMember) return undefined;
    return this.#guarded(() => {
      const state = this.#spool.read(this.id);
      this.#guarded(() => this.#spool.fold(state));
      return state;
    });
  }

  /**
   * Gathers the metrics of this process for a scrape, and publishes them before the scrape shows them: a later scrape of another process
   * must not show less.
   */
  async gather(options: GatherOptions): Promise<readonly MetricFamily[]> {
    const families = await this.#settings.gatherer().gather(options);
    this.#guarded(() => {
      if (options.names === undefined) this.#publishWhole(families);
      else this.#publish(families, () => true);
    });
    return families;
  }

  /** Publishes a last time, and leaves. The counts of this process stay. */
  async leave(): Promise<void> {
    process.off('exit', this.#publishAtExit);
    await Promise.all(this.#repetitions.map((repetition) => repetition.stop()));
    if (!this.#isMember) return;
    this.#publishNow();
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
        await this.#collectAndPublish();
        this.others();
      }),
    ];
    this.#isMember = true;
    process.on('exit', this.#publishAtExit);
    void this.#collectAndPublish();
    // Most programs define their metrics after they have joined.
    setTimeout(() => void this.#collectAndPublish(), publishIntervalMs).unref();
  }

  /** Publishes the numbers that need no callback. */
  #publishNow(): void {
    this.#guarded(() => {
      const families = this.#settings.gatherer().snapshot?.();
      if (families !== undefined) this.#publish(families, (name) => this.#collected.has(name));
    });
  }

  /** Runs all callbacks and publishes everything. */
  async #collectAndPublish(): Promise<void> {
    try {
      const all = await this.#settings.gatherer().gather({ keepAlive: false });
      this.#guarded(() => {
        this.#publishWhole(all);
        this.#file.beat();
      });
    } catch (error) {
      this.#settings.onError(error);
    }
  }

  /** Publishes all families: those of metrics as they are now, because newer numbers may have been published. */
  #publishWhole(gathered: readonly MetricFamily[]): void {
    const present = this.#settings.gatherer().snapshot?.() ?? [];
    const names = new Set(present.map(({ name }) => name));
    const collected = gathered.filter(({ name }) => !names.has(name));
    this.#collected = new Set(collected.map(({ name }) => name));
    this.#publish([...present, ...collected], () => false);
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
