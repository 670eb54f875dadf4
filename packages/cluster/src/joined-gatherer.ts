import { familyFromRows, type Gatherer, type GatherOptions, type MetricFamily } from '@promwright/model';
import type { Membership } from './membership.ts';
import { type MemberFamilies, mergeFamilies } from './merge/merge-families.ts';
import { type MemberState, memberName, type SpoolState, uniqueIds } from './spool/spool.ts';

/** Metrics of all processes that have joined. */
export interface JoinedProcesses extends Gatherer {
  /** Publishes a last time and leaves. The counts of this process stay in the sums. */
  leave(): Promise<void>;
}

/** Settings of {@link JoinedGatherer}. */
interface JoinedSettings {
  readonly gatherer: () => Gatherer;
  readonly memberLabel: string;
  readonly perMember: boolean;
}

const STATES: readonly MemberState[] = ['live', 'stale', 'dead', 'unreadable'];

/** Gathers the metrics of this process, and merges them with those that other processes have published. */
export class JoinedGatherer implements JoinedProcesses {
  readonly #membership: Membership;
  readonly #settings: JoinedSettings;
  readonly #onLeft: () => void;

  constructor(membership: Membership, settings: JoinedSettings, onLeft: () => void) {
    this.#membership = membership;
    this.#settings = settings;
    this.#onLeft = onLeft;
  }

  async gather(options: GatherOptions = {}): Promise<readonly MetricFamily[]> {
    const own = await this.#settings.gatherer().gather(options);
    const { names } = options;
    this.#membership.publishShown(own, names === undefined);
    const others = this.#membership.others();
    const wanted = names === undefined ? undefined : new Set(names);
    const isWanted = ({ name }: { readonly name: string }) => wanted === undefined || wanted.has(name);
    const conflicts = new Map<string, number>();
    const members = this.#membersOf(own, others).map((member) => ({
      ...member,
      families: member.families.filter(isWanted),
    }));
    const { memberLabel, perMember } = this.#settings;
    const families = mergeFamilies(members, {
      memberLabel,
      perMember,
      onConflict: ({ family }) => conflicts.set(family, (conflicts.get(family) ?? 0) + 1),
    });
    return [...families, ...selfFamilies(others, conflicts).filter(isWanted)];
  }

  async leave(): Promise<void> {
    this.#onLeft();
    await this.#membership.leave();
  }

  /** Returns all members, the newest live one first: its definitions count. */
  #membersOf(own: readonly MetricFamily[], others: SpoolState | undefined): MemberFamilies[] {
    const self = { id: String(process.pid), families: own, live: true, startedMs: this.#membership.startedMs };
    if (others === undefined) return [self];
    const members = others.members.map(({ id, header, families, state }) => ({
      id: memberName(id, header),
      families,
      live: state !== 'dead',
      startedMs: header?.startedMs ?? 0,
    }));
    const all = [self, ...members].sort((a, b) => Number(b.live) - Number(a.live) || b.startedMs - a.startedMs);
    const ended = { id: '', families: others.ended.families, live: false };
    return uniqueIds([...all.map(({ startedMs: _, ...member }) => member), ended]);
  }
}

function selfFamilies(others: SpoolState | undefined, conflicts: ReadonlyMap<string, number>): MetricFamily[] {
  const members = others?.members ?? [];
  const count = (state: MemberState) => members.filter((member) => member.state === state).length;
  const extra = (state: MemberState) => (state === 'live' ? 1 : state === 'dead' ? (others?.ended.count ?? 0) : 0);
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
