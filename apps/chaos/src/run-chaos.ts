import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Member } from './member.ts';
import { ScrapeCheck } from './scrapes.ts';

const MEMBERS = 8;
const RESTART_EVERY_MS = 200;
const BLOCK_MS = 10_000;
/** Time between two publications, and a timer that is late by as much again. */
const PUBLISH_MS = 500;
/** Increments of a member in a second, at most: ten in twenty milliseconds. */
const RATE = 500;

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
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Files in the spool directory at the end. */
  readonly files: number;
  readonly faults: readonly string[];
}

/**
 * Runs a service of eight processes, of which one is blocked for ten seconds at a time, and another is killed or exits every 200 ms and
 * is started again; and scrapes processes that are not blocked.
 * @param seconds duration of the disturbances
 * @param scrapes number of scrapes
 */
export async function runChaos(seconds: number, scrapes: number): Promise<ChaosResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'promwright-chaos-'));
  const [spool, truth] = [path.join(folder, 'spool'), path.join(folder, 'truth')];
  mkdirSync(truth);
  try {
    return await new Chaos(spool, truth).run(seconds, scrapes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Chaos {
  readonly #spool: string;
  readonly #truth: string;
  readonly #members: (Member | undefined)[] = [];
  readonly #ended: Member[] = [];
  readonly #check = new ScrapeCheck();
  #started = 0;
  #kills = 0;

  constructor(spool: string, truth: string) {
    this.#spool = spool;
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
    await this.#check.scrape(last!.url);
    const { scrapes, faults } = this.#check;
    const shown = ['even', 'odd'].reduce((sum, kind) => sum + this.#check.last(seriesOf(kind)), 0);
    // Counted after the scrape: what the last member counted in between is no loss.
    const ended = this.#ended.reduce((sum, member) => sum + member.trueCount(), 0);
    const files = readdirSync(this.#spool).length;
    const made = ended + last!.trueCount();
    await this.#end(last!, 'exit');
    return {
      scrapes,
      restarts,
      kills: this.#kills,
      made,
      lost: made - shown,
      lossLimit: Math.ceil(this.#kills * RATE * (PUBLISH_MS / 1000)) + RATE,
      p50Ms: this.#check.quantileMs(0.5),
      p99Ms: this.#check.quantileMs(0.99),
      files,
      faults,
    };
  }

  async #start(): Promise<Member> {
    return await Member.start(this.#spool, this.#truth, String(this.#started++));
  }

  #living(): Member[] {
    return this.#members.filter((member) => member !== undefined);
  }

  /** Ends a random member that is not blocked, and starts another in its place. */
  async #restart(): Promise<void> {
    // Some must remain to be scraped.
    const free = this.#living().filter((member) => !member.isBlocked);
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
    const free = this.#living().filter((member) => !member.isBlocked);
    free[Math.floor(Math.random() * free.length)]?.block(BLOCK_MS);
  }

  async #scrape(): Promise<void> {
    const free = this.#living().filter((member) => !member.isBlocked);
    const member = free[Math.floor(Math.random() * free.length)];
    if (member === undefined) return;
    await this.#check.scrape(member.url);
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
