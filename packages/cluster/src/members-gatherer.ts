import { familyFromRows, type Gatherer, type GatherOptions, type MetricFamily } from '@promwright/model';
import { type MemberFamilies, mergeFamilies } from './merge/merge-families.ts';
import { type MemberState, memberName, type SpoolState, uniqueIds } from './spool/spool.ts';

/** Part of this process in the merged metrics. */
export interface OwnPart {
  readonly startedMs: number;
  /** Gathers the metrics of this process, and publishes them before they are shown. */
  gather(options: GatherOptions): Promise<readonly MetricFamily[]>;
}

/** Settings of {@link MembersGatherer}. */
export interface MembersSettings {
  readonly memberLabel: string;
  readonly perMember: boolean;
}

const STATES: readonly MemberState[] = ['live', 'stale', 'dead', 'unreadable'];

/** Merges the metrics that processes have published, and those of this process, if it is a member. */
export class MembersGatherer implements Required<Pick<Gatherer, 'gather' | 'members'>> {
  readonly #own: OwnPart | undefined;
  readonly #readOthers: () => SpoolState | undefined;
  readonly #settings: MembersSettings;

  /** @param readOthers returns the state of all other members; `undefined` if it cannot be read */
  constructor(own: OwnPart | undefined, readOthers: () => SpoolState | undefined, settings: MembersSettings) {
    this.#own = own;
    this.#readOthers = readOthers;
    this.#settings = settings;
  }

  /** Returns the ids of the members that live. */
  members(): string[] {
    const members = this.#membersOf(this.#own === undefined ? undefined : [], this.#readOthers());
    return members.filter(({ live }) => live).map(({ id }) => id);
  }

  async gather(options: GatherOptions = {}): Promise<readonly MetricFamily[]> {
    const own = await this.#own?.gather(options);
    options.signal?.throwIfAborted();
    const others = this.#readOthers();
    const { names } = options;
    const wanted = names === undefined ? undefined : new Set(names);
    const isWanted = ({ name }: { readonly name: string }) => wanted === undefined || wanted.has(name);
    const conflicts = new Map<string, number>();
    const members = this.#membersOf(own, others).map((member) => ({
      ...member,
      families: member.families.filter(isWanted),
    }));
    if (options.member !== undefined)
      return members.find(({ id, live }) => live && id === options.member)?.families ?? [];
    const { memberLabel, perMember } = this.#settings;
    const families = mergeFamilies(members, {
      memberLabel,
      perMember,
      onConflict: ({ family }) => conflicts.set(family, (conflicts.get(family) ?? 0) + 1),
    });
    return [...families, ...this.#selfFamilies(others, conflicts).filter(isWanted)];
  }

  /** Returns all members, the newest live one first: its definitions count. */
  #membersOf(own: readonly MetricFamily[] | undefined, others: SpoolState | undefined): MemberFamilies[] {
    const self =
      own === undefined
        ? []
        : [{ id: String(process.pid), families: own, live: true, startedMs: this.#own!.startedMs }];
    const members = (others?.members ?? []).map(({ id, header, families, state }) => ({
      id: memberName(id, header),
      families,
      live: state !== 'dead',
      startedMs: header?.startedMs ?? 0,
    }));
    const all = [...self, ...members].sort((a, b) => Number(b.live) - Number(a.live) || b.startedMs - a.startedMs);
    const ended = { id: '', families: others?.ended.families ?? [], live: false };
    return uniqueIds([...all.map(({ startedMs: _, ...member }) => member), ended]);
  }

  #selfFamilies(others: SpoolState | undefined, conflicts: ReadonlyMap<string, number>): MetricFamily[] {
    return selfFamilies(others, this.#own === undefined ? 0 : 1, conflicts);
  }
}

/** @param own 1 if this process is a member, else 0 */
function selfFamilies(
  others: SpoolState | undefined,
  own: number,
  conflicts: ReadonlyMap<string, number>,
): MetricFamily[] {
  const members = others?.members ?? [];
  const count = (state: MemberState) => members.filter((member) => member.state === state).length;
  const extra = (state: MemberState) => (state === 'live' ? own : state === 'dead' ? (others?.ended.count ?? 0) : 0);
  const ages = members.filter(({ state }) => state === 'live' || state === 'stale').map(({ ageMs }) => ageMs / 1000);
  return [
    familyFromRows({
      name: 'promwright_members',
      type: 'gauge',
      help: 'Processes whose metrics are in this scrape: live; stale, because they have not published for 15 seconds; dead, whose counts are kept; unreadable, which are left out.',
      rows: STATES.map((state) => ({ labels: { state }, value: count(state) + extra(state) })),
    }),
    familyFromRows({
      name: 'promwright_members_oldest_publish_age_seconds',
      type: 'gauge',
      help: 'Time since the process that published longest ago was last seen to work.',
      unit: 'seconds',
      rows: [{ value: Math.max(0, ...ages) }],
    }),
    familyFromRows({
      name: 'promwright_merge_conflicts',
      type: 'gauge',
      help: 'Processes whose definition of a metric differs from that of the newest process.',
      rows: [...conflicts].map(([family, value]) => ({ labels: { family }, value })),
    }),
  ];
}
