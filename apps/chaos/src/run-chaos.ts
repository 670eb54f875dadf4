import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { INCREMENTS_PER_SECOND } from './counting.ts';
import type { Member } from './member.ts';
import { Durations, ScrapeCheck } from './scrapes.ts';
import { PeerService } from './services/peer-service.ts';
import { PromwrightService } from './services/promwright-service.ts';
import { PythonService } from './services/python-service.ts';
import type { Service } from './services/service.ts';

const MEMBERS = 8;
const RESTART_EVERY_MS = 200;
const BLOCK_MS = 10_000;
/** Time between two publications, and a timer that is late by as much again. */
const PUBLISH_MS = 500;

/** Library that counts and merges. */
export type Library = (typeof LIBRARIES)[number];
export const LIBRARIES = ['promwright', '@prometheus-io/client', 'prom-client', 'python'] as const;

/** Result of a run. */
export interface ChaosResult {
  readonly scrapes: number;
  readonly restarts: number;
  readonly kills: number;
  /** Increments that were made. */
  readonly made: number;
  /** Increments that no scrape shows. */
  readonly lost: number;
  /** Limit of the loss: the increments of all killed members within the publish interval. */
  readonly lossLimit: number;
  /** Durations of scrapes through members that were not blocked. */
  readonly throughMembers: Durations;
  /** Durations of scrapes through the exporter. */
  readonly throughExporter: Durations;
  /** Files in the spool directory at the end. */
  readonly files: number;
  readonly faults: readonly string[];
}

/**
 * Runs a service of eight processes, of which one is blocked for ten seconds at a time, and another is killed or exits every 200 ms and
 * is started again; and scrapes processes that are not blocked.
 * @param library library that counts and merges
 * @param seconds duration of the disturbances
 * @param scrapes number of scrapes
 */
export async function runChaos(library: Library, seconds: number, scrapes: number): Promise<ChaosResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'promwright-chaos-'));
  const [spool, truth] = [path.join(folder, 'spool'), path.join(folder, 'truth')];
  mkdirSync(truth);
  const service = await startService(library, spool);
  try {
    return await new Chaos(service, truth).run(seconds, scrapes);
  } finally {
    service.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startService(library: Library, directory: string): Promise<Service> {
  switch (library) {
    case 'promwright':
      return await PromwrightService.start(directory);
    case 'python':
      return await PythonService.start(directory);
    default:
      return new PeerService(library);
  }
}

class Chaos {
  readonly #service: Service;
  readonly #truth: string;
  readonly #members: (Member | undefined)[] = [];
  readonly #ended: Member[] = [];
  readonly #check = new ScrapeCheck();
  readonly #throughMembers = new Durations();
  readonly #throughExporter = new Durations();
  #scraped: Member | undefined;
  #started = 0;
  #kills = 0;

  constructor(service: Service, truth: string) {
    this.#service = service;
    this.#truth = truth;
  }

  async run(seconds: number, scrapes: number): Promise<ChaosResult> {
    for (let i = 0; i < MEMBERS; i++) this.#members.push(await this.#start());
    const restarts: Promise<void>[] = [];
    const end = performance.now() + seconds * 1000;
    const restarting = every(RESTART_EVERY_MS, end, () => restarts.push(this.#restart()));
    const blocking = every(BLOCK_MS, end, () => this.#block());
    await every((seconds * 1000) / scrapes, end, () => this.#scrape(), scrapes);
    await Promise.all([restarting, blocking]);
    await Promise.all(restarts);
    return this.#finish(restarts.length);
  }

  async #finish(restarts: number): Promise<ChaosResult> {
    // A clean exit loses nothing, so that only the kills of the run count.
    const last = this.#living().find((member) => !member.isBlocked);
    const others = this.#living().filter((member) => member !== last);
    await Promise.all(others.map((member) => this.#end(member, 'exit')));
    await delay(PUBLISH_MS);
    await this.#check.scrape(() => this.#service.scrape(last!), this.#throughMembers);
    const { scrapes, faults } = this.#check;
    const shown = ['even', 'odd'].reduce((sum, kind) => sum + this.#check.last(seriesOf(kind)), 0);
    // Counted after the scrape: what the last member counted in between is no loss.
    const ended = this.#ended.reduce((sum, member) => sum + member.trueCount(), 0);
    const files = this.#service.files();
    const made = ended + last!.trueCount();
    await this.#end(last!, 'exit');
    return {
      scrapes,
      restarts,
      kills: this.#kills,
      made,
      lost: made - shown,
      lossLimit: Math.ceil(this.#kills * INCREMENTS_PER_SECOND * (PUBLISH_MS / 1000)) + INCREMENTS_PER_SECOND,
      throughMembers: this.#throughMembers,
      throughExporter: this.#throughExporter,
      files,
      faults,
    };
  }

  async #start(): Promise<Member> {
    return await this.#service.startMember(path.join(this.#truth, String(this.#started++)));
  }

  #living(): Member[] {
    return this.#members.filter((member) => member !== undefined);
  }

  /** Returns the members that are neither blocked nor being scraped: their response would be the fault of this program. */
  #free(): Member[] {
    return this.#living().filter((member) => !member.isBlocked && member !== this.#scraped);
  }

  /** Ends a random member that is not blocked, and starts another in its place. */
  async #restart(): Promise<void> {
    // Some must remain to be scraped.
    const free = this.#free();
    if (free.length < 3) return;
    const member = free[Math.floor(Math.random() * free.length)]!;
    const place = this.#members.indexOf(member);
    this.#members[place] = undefined;
    const isKill = Math.random() < 0.5;
    if (isKill) this.#kills++;
    await this.#end(member, isKill ? 'SIGKILL' : 'exit');
    this.#members[place] = await this.#start();
  }

  async #end(member: Member, how: 'SIGKILL' | 'exit'): Promise<void> {
    this.#ended.push(member);
    await member.end(how);
  }

  #block(): void {
    const free = this.#free();
    free[Math.floor(Math.random() * free.length)]?.block(BLOCK_MS);
  }

  /** Scrapes the exporter and a member in turn. */
  async #scrape(): Promise<void> {
    const { scrapeExporter } = this.#service;
    if (scrapeExporter !== undefined && this.#check.scrapes % 2 === 1) {
      await this.#check.scrape(() => scrapeExporter.call(this.#service), this.#throughExporter);
      return;
    }
    const free = this.#free();
    const member = free[Math.floor(Math.random() * free.length)];
    if (member === undefined) return;
    this.#scraped = member;
    await this.#check.scrape(() => this.#service.scrape(member), this.#throughMembers);
    this.#scraped = undefined;
  }
}

function seriesOf(kind: string): string {
  return `chaos_events_total{kind="${kind}"}`;
}

/** Calls a function at fixed times until the end, one call after another; waits for a call that returns a promise. */
async function every(
  intervalMs: number,
  end: number,
  run: () => unknown,
  times: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  let next = performance.now();
  for (let i = 0; i < times && performance.now() < end; i++) {
    await run();
    next += intervalMs;
    await delay(Math.max(0, next - performance.now()));
  }
}
