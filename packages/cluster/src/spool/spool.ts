import { linkSync, readdirSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { type MetricFamily, PromwrightError } from '@promwright/model';
import { type MemberFamilies, mergeFamilies } from '../merge/merge-families.ts';
import { limitEnded } from './limit-ended.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { RecordWriter } from './record-writer.ts';
import { ENDED, type EndedHeader, FORMAT, frame, headerBytes, type MemberHeader, monotonicMs } from './spool-file.ts';
import { SpoolReader } from './spool-reader.ts';
import { writeNewFile } from './write-new-file.ts';

const MEMBER_FILE = /^member-([\w-]+)\.spool$/;
const UNFINISHED_FILE = /^(?:member|ended)-(\d+-\d*-\w+)(?:\.spool)?\.new$/;
const ENDED_FILE = /^ended-(\d{10})\.spool$/;
/** Heartbeats are five seconds apart. */
const STALE_MS = 15_000;
/** Attempts to read a directory that changes, or to change one that others change. Each attempt of others succeeds. */
const MAX_ATTEMPTS = 10;

/** State of a member, for `promwright_members`. */
export type MemberState = 'live' | 'stale' | 'dead' | 'unreadable';

/** Member as its file shows it. */
export interface SpooledMember {
  readonly id: string;
  readonly state: MemberState;
  readonly header: MemberHeader | undefined;
  readonly families: readonly MetricFamily[];
  /** True once the member has joined completely. */
  readonly hasPublished: boolean;
  /** True if the process of the member lives, also if the file is unreadable. */
  readonly isAlive: boolean;
  /** Time since the member was last seen to work. */
  readonly ageMs: number;
}

/** Counts of the members that have ended. */
export interface Ended {
  readonly generation: number;
  /** False if this version cannot read the file, which must stay. */
  readonly isReadable: boolean;
  readonly count: number;
  readonly families: readonly MetricFamily[];
}

/** Contents of a spool directory at one time. */
export interface SpoolState {
  readonly members: readonly SpooledMember[];
  readonly ended: Ended;
}

const UNREADABLE: Omit<SpooledMember, 'id'> = {
  state: 'unreadable',
  header: undefined,
  families: [],
  hasPublished: false,
  isAlive: false,
  ageMs: 0,
};
const NOBODY: Ended = { generation: 0, isReadable: true, count: 0, families: [] };

/**
 * Files of all members in one directory, and the file with the counts of those that have ended. Several processes change the directory
 * at once, without locks: the file of ended members has a generation in its name, and only one process can create the next
 * generation. The file lists the members that it counts, whose own files count no more and are then deleted.
 */
export class Spool {
  readonly directory: string;
  /** Namespace of process numbers in which this process can tell who is alive. */
  readonly #namespace: string;
  readonly #memberLabel: string;
  readonly #readers = new Map<string, SpoolReader>();
  #latest: SpoolState | undefined;
  #ended: { readonly name: string; readonly reader: SpoolReader } | undefined;

  /** @param memberLabel label of the series that ended members leave in the merge mode `all` */
  constructor(directory: string, namespace: string, memberLabel: string) {
    this.directory = directory;
    this.#namespace = namespace;
    this.#memberLabel = memberLabel;
  }

  /** Returns the path of a member's file. */
  pathOf(id: string): string {
    return path.join(this.directory, `member-${id}.spool`);
  }

  /**
   * Reads all files.
   * @param ownId id of a member to leave out
   * @throws errors of the file system, if the directory cannot be read, or a file for want of resources
   */
  read(ownId: string | undefined): SpoolState {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const names = readdirSync(this.directory);
      const state = this.#readFiles(names, ownId);
      // A member that was counted among the ended in the meantime would be missing, or count twice.
      if (latestEnded(readdirSync(this.directory)) === latestEnded(names)) return state;
    }
    throw new PromwrightError('SPOOL_FAILED', `Spool directory "${this.directory}" changes all the time`);
  }

  /**
   * Reads all files, and counts members that have ended among the ended. While that fails, returns the state of before: sums would else
   * go back.
   * @param ownId id of a member to leave out
   */
  refresh(ownId: string | undefined, onError: (error: unknown) => void): SpoolState | undefined {
    try {
      this.#latest = this.read(ownId);
      this.fold(this.#latest);
    } catch (error) {
      onError(error);
    }
    return this.#latest;
  }

  /**
   * Counts members that have ended among the ended, and deletes their files. If another process does so at the same time, one of both
   * does nothing.
   */
  fold({ members, ended }: SpoolState): void {
    const dead = members.filter(({ state }) => state === 'dead');
    if (dead.length === 0 || !ended.isReadable) return;
    const gone: MemberFamilies[] = dead
      .sort((a, b) => startOf(b) - startOf(a))
      .map(({ id, header, families }) => ({ id: memberName(id, header), families, live: false }));
    const past: MemberFamilies = { id: '', families: ended.families, live: false };
    const families = limitEnded(this.#mergeByType(uniqueIds([...gone, past])));
    this.#replaceEnded(
      ended.generation,
      dead.map(({ id }) => id),
      ended.count + dead.length,
      families,
    );
  }

  /**
   * Forgets all members that have ended, if no member lives that has published: the program was started anew.
   * @param ownId id of this process, which has not published
   */
  startAfresh(ownId: string): void {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { members, ended } = this.read(ownId);
      const isRunning = ({ state, isAlive, hasPublished }: SpooledMember) =>
        isAlive && (hasPublished || state === 'unreadable');
      if (members.some(isRunning) || !ended.isReadable) return;
      const dead = members.filter(({ state }) => state === 'dead');
      if (dead.length === 0 && ended.families.length === 0) return;
      const ids = dead.map(({ id }) => id);
      if (this.#replaceEnded(ended.generation, ids, 0, [])) return;
    }
  }

  /** Merges families of one name and type. Those of other types are kept beside: a later scrape shows the type of its live members. */
  #mergeByType(members: readonly MemberFamilies[]): MetricFamily[] {
    const types = new Set(members.flatMap(({ families }) => families.map(typeOf)));
    return [...types].flatMap((type) =>
      mergeFamilies(
        members.map((member) => ({ ...member, families: member.families.filter((family) => typeOf(family) === type) })),
        { memberLabel: this.#memberLabel },
      ),
    );
  }

  /** Returns false if another process has replaced the generation. */
  #replaceEnded(
    generation: number,
    folded: readonly string[],
    count: number,
    families: readonly MetricFamily[],
  ): boolean {
    const names = readdirSync(this.directory);
    // Files of members that were counted before, if nobody has deleted them yet.
    const before = this.#foldedBefore().filter((id) => names.includes(`member-${id}.spool`));
    const header: EndedHeader = { kind: 'ended', format: FORMAT, count, folded: [...before, ...folded] };
    const record = new RecordWriter().write(families, () => true);
    const bytes = Buffer.concat([headerBytes(header), frame(record)]);
    const temporary = path.join(this.directory, `ended-${memberId(ownIdentity())}.new`);
    try {
      writeNewFile(temporary, bytes);
      linkSync(temporary, path.join(this.directory, endedName(generation + 1)));
    } catch (error) {
      if ((error as { code?: string }).code === 'EEXIST') return false;
      throw error;
    } finally {
      remove(temporary);
    }
    for (const id of header.folded) remove(this.pathOf(id));
    this.#removeLeftovers(names);
    for (const name of names) {
      if (Number(ENDED_FILE.exec(name)?.[1] ?? Infinity) <= generation) remove(path.join(this.directory, name));
    }
    return true;
  }

  /** Removes files that processes had not completed when they ended. */
  #removeLeftovers(names: readonly string[]): void {
    for (const name of names) {
      const id = UNFINISHED_FILE.exec(name)?.[1];
      if (id !== undefined && !isOwnerAlive(id)) remove(path.join(this.directory, name));
    }
  }

  #foldedBefore(): readonly string[] {
    const header = this.#ended?.reader.header;
    return header?.kind === 'ended' ? header.folded : [];
  }

  #readFiles(names: readonly string[], ownId: string | undefined): SpoolState {
    const name = latestEnded(names);
    const { ended, folded } = this.#readEnded(name);
    const members: SpooledMember[] = [];
    if (name !== undefined && (folded === undefined || !ended.isReadable)) members.push({ ...UNREADABLE, id: name });
    const ids = names.flatMap((name) => MEMBER_FILE.exec(name)?.[1] ?? []);
    for (const id of this.#readers.keys()) if (!ids.includes(id)) this.#readers.delete(id);
    for (const id of ids) {
      if (id === ownId || folded?.has(id)) continue;
      const member = this.#readMember(id);
      if (member !== undefined) members.push(member);
    }
    return { members, ended };
  }

  /** Returns no set of members if the file cannot be read. */
  #readEnded(name: string | undefined): { readonly ended: Ended; readonly folded: ReadonlySet<string> | undefined } {
    if (name === undefined) {
      this.#ended = undefined;
      return { ended: NOBODY, folded: new Set() };
    }
    if (this.#ended?.name !== name) this.#ended = { name, reader: new SpoolReader(path.join(this.directory, name)) };
    const { reader } = this.#ended;
    const generation = Number(ENDED_FILE.exec(name)![1]);
    const reading = reader.update();
    const { header } = reader;
    if (reading === 'damaged' || header?.kind !== 'ended') {
      return { ended: { ...NOBODY, generation, isReadable: reading === 'damaged' }, folded: undefined };
    }
    const { count, folded } = header;
    return {
      ended: { generation, isReadable: reading === 'read', count, families: reader.families() },
      folded: new Set(folded),
    };
  }

  #readMember(id: string): SpooledMember | undefined {
    let reader = this.#readers.get(id);
    if (reader === undefined) {
      reader = new SpoolReader(this.pathOf(id));
      this.#readers.set(id, reader);
    }
    let reading = reader.update();
    const isAlive = this.#isAlive(id, reader);
    // Once more after a member has ended: the file is complete now.
    if (!isAlive) reading = reader.update();
    if (reading === 'gone') return undefined;
    const header = reader.header?.kind === 'member' ? reader.header : undefined;
    const ageMs = Math.max(0, monotonicMs() - reader.heartbeatMs);
    const member = { id, header, families: reader.families(), hasPublished: reader.hasRecords, ageMs, isAlive };
    // A version that understands the file counts it. A damaged file has nothing to count.
    if (reading === 'unreadable' || (reading === 'damaged' && isAlive)) return { ...member, state: 'unreadable' };
    if (!isAlive) return { ...member, state: 'dead' };
    return { ...member, state: ageMs > STALE_MS ? 'stale' : 'live' };
  }

  #isAlive(id: string, { header, heartbeatMs }: SpoolReader): boolean {
    if (header === undefined || header.kind !== 'member') return isOwnerAlive(id);
    if (heartbeatMs === ENDED) return false;
    if (header.namespace === this.#namespace) return isAlive(header);
    // Process numbers of another container mean nothing here.
    return Math.abs(monotonicMs() - heartbeatMs) <= 2 * STALE_MS;
  }
}

/** Returns the id of a member: its process, and a part that is different each time. */
export function memberId({ pid, startTicks }: ProcessIdentity): string {
  return `${pid}-${startTicks}-${Math.random().toString(36).slice(2, 10)}`;
}

function isOwnerAlive(id: string): boolean {
  const [pid, startTicks = ''] = id.split('-');
  return isAlive({ pid: Number(pid), startTicks });
}

function endedName(generation: number): string {
  return `ended-${String(generation).padStart(10, '0')}.spool`;
}

function latestEnded(names: readonly string[]): string | undefined {
  return names
    .filter((name) => ENDED_FILE.test(name))
    .sort()
    .at(-1);
}

function typeOf({ type, layout }: MetricFamily): string {
  return `${type} ${layout.kind}`;
}

function startOf({ header }: SpooledMember): number {
  return header?.startedMs ?? 0;
}

/** Returns the value of the label that tells a member apart. */
export function memberName(id: string, header: MemberHeader | undefined): string {
  return header === undefined ? id : String(header.pid);
}

/** Numbers members of one name: a process number is used again. */
export function uniqueIds(members: readonly MemberFamilies[]): MemberFamilies[] {
  const seen = new Map<string, number>();
  return members.map((member) => {
    const count = (seen.get(member.id) ?? 0) + 1;
    seen.set(member.id, count);
    return count === 1 ? member : { ...member, id: `${member.id}-${count}` };
  });
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Another process has removed it.
  }
}
