import {
  checkOptionNames,
  createFamily,
  describeValue,
  type FamilyColumns,
  type MergeMode,
  type MetricFamily,
  type MetricScope,
  rangeError,
  typeError,
} from '@promwright/model';
import { checkMemberLabel } from './check-member-label.ts';
import { type CommonDefinition, commonDefinition, incompatibilities } from './common-definition.ts';
import { mergeExemplars } from './merge-exemplars.ts';
import { mergeNative } from './merge-native.ts';
import { mergeRows, type Part } from './merge-rows.ts';
import { mergeSketches } from './merge-sketches.ts';
import { mergeTimes } from './merge-times.ts';
import { mergeValues } from './merge-values.ts';
import { type Combination, combinationOf } from './modes.ts';

/** Families of one member: a thread, a process, or all members of the past together. */
export interface MemberFamilies {
  /** Name of the member, for the label that tells members apart and for conflicts. Different for each member. */
  readonly id: string;
  readonly families: readonly MetricFamily[];
  /** False if the member has ended: its gauges no longer count, and its counts stay in the sums. Default true. */
  readonly live?: boolean;
  /**
   * Name of the process that a thread belongs to. Of the members of one process, the first shows the metrics of scope
   * `process`. Default: the member is a process.
   */
  readonly process?: string;
}

/** Definition on which members disagree. */
export interface MergeConflict {
  /** Name of the family. */
  readonly family: string;
  /** Id of the member whose definition differs from that of the first member with the family. */
  readonly member: string;
  /** Parts of the definition that differ, such as `type` or `bounds`. */
  readonly differences: readonly string[];
  /**
   * True if the member's family was left out, because its type differs. False if it was merged all the same: of different bounds
   * and quantiles the common ones remain, and native buckets remain only if all members have them.
   */
  readonly leftOut: boolean;
}

/** Options of {@link mergeFamilies}. */
export interface MergeOptions {
  /** Name of the label that tells members apart, in the merge modes `all` and `liveall`. Default `pid`. */
  readonly memberLabel?: string;
  /** True to keep the series of all members apart, whatever their merge modes. Default false. */
  readonly perMember?: boolean;
  /** Called once for each family of a member whose definition differs. */
  readonly onConflict?: (conflict: MergeConflict) => void;
}

const OPTION_NAMES: readonly string[] = Object.keys({
  memberLabel: true,
  perMember: true,
  onConflict: true,
} satisfies Record<keyof MergeOptions, true>);

/**
 * Merges the families of several members, which are threads or processes, into the families of one service, each by its
 * {@link MergeMode}. Without a mode, counters, histograms and summaries are added up, gauges over live members, and infos and
 * state sets are those of the first live member that has the series.
 *
 * - Start times are the earliest; exemplars the newest of each bucket; quantiles come from the sketches of live members, and
 *   are absent without sketches.
 * - Native histograms get the lowest resolution and the widest zero bucket of all members.
 * - Members may have different labels. Members that disagree on more are reported to `onConflict`, and the definition of the
 *   first member counts: put the newest live member first.
 * - The result can be merged again as a member that has ended, for instance to keep the counts of ended members.
 *
 * Costs a few numbers for each series of each member; no series becomes an object.
 * @throws with code `INVALID_OPTION` for an unknown option, or if two members have the same id
 */
export function mergeFamilies(members: readonly MemberFamilies[], options: MergeOptions = {}): MetricFamily[] {
  checkOptionNames('mergeFamilies', options, OPTION_NAMES);
  const { memberLabel = 'pid', perMember = false, onConflict } = options;
  checkMemberLabel(memberLabel);
  if (typeof perMember !== 'boolean') {
    throw typeError('INVALID_OPTION', `Option "perMember" must be a boolean; got ${describeValue(perMember)}`);
  }
  checkIds(members);
  const report = (family: string, member: string, differences: readonly string[], leftOut: boolean) =>
    onConflict?.({ family, member, differences, leftOut });
  return [...byName(members)].flatMap(([, owned]) => mergeOwned(owned, memberLabel, perMember, report) ?? []);
}

/** Family with the member that it belongs to. */
interface Owned {
  readonly family: MetricFamily;
  readonly member: MemberFamilies;
}

function checkIds(members: readonly MemberFamilies[]): void {
  const ids = new Set<string>();
  for (const { id } of members) {
    if (ids.has(id)) throw rangeError('INVALID_OPTION', `Members must have different ids; two have "${id}"`);
    ids.add(id);
  }
}

function byName(members: readonly MemberFamilies[]): Map<string, Owned[]> {
  const families = new Map<string, Owned[]>();
  for (const member of members) {
    for (const family of member.families) {
      const same = families.get(family.name);
      if (same === undefined) families.set(family.name, [{ family, member }]);
      else same.push({ family, member });
    }
  }
  return families;
}

type Report = (family: string, member: string, differences: readonly string[], leftOut: boolean) => void;

/** Merges the families of one name; returns `undefined` if no member's series remain. */
function mergeOwned(
  owned: readonly Owned[],
  memberLabel: string,
  perMember: boolean,
  report: Report,
): MetricFamily | undefined {
  const first = owned[0]!.family;
  const same = owned.filter(({ family, member }) => {
    const differences = incompatibilities(first, family);
    if (differences.length > 0) report(first.name, member.id, differences, true);
    return differences.length === 0;
  });
  const combination = combinationOf(first);
  const kept = (first.scope === 'process' ? onePerProcess(same) : same).filter(
    ({ member }) => member.live !== false || !combination.isLiveOnly,
  );
  if (kept.length === 0) return undefined;
  const definition = commonDefinition(
    kept.map(({ family }) => family),
    (index) => kept[index]!.member.live !== false,
    (index, differences) => report(first.name, kept[index]!.member.id, differences, false),
  );
  const apart = perMember || combination.isApart;
  const parts = kept.map(({ family, member }) => partOf(family, member, apart ? memberLabel : undefined));
  return mergeParts(parts, first, combination, definition);
}

/** Keeps the first family of each process. */
function onePerProcess(owned: readonly Owned[]): Owned[] {
  const seen = new Set<string>();
  return owned.filter(({ member: { id, process = id } }) => {
    if (seen.has(process)) return false;
    seen.add(process);
    return true;
  });
}

/** A series that already has the label, such as of an ended member, keeps it. */
function partOf(family: MetricFamily, member: MemberFamilies, memberLabel: string | undefined): Part {
  const label = memberLabel === undefined ? undefined : { name: memberLabel, value: member.id };
  return { family, live: member.live !== false, label };
}

function mergeParts(
  parts: readonly Part[],
  first: MetricFamily,
  combination: Combination,
  definition: CommonDefinition,
): MetricFamily {
  const rows = mergeRows(parts);
  const { layout, absent, values, remainders, chosen } = mergeValues(parts, rows, combination, definition.layout);
  const columns: Mutable<FamilyColumns> = {
    ...describe(parts, first),
    constLabels: rows.constLabels,
    labelNames: rows.labelNames,
    dictionaries: rows.dictionaries,
    labelIds: rows.labelIds,
    size: rows.size,
    layout,
    values,
    ...mergeTimes(parts, rows, chosen),
    ...mergeExemplars(parts, rows, chosen, layout),
  };
  if (absent !== undefined) columns.absent = absent;
  if (remainders !== undefined) columns.remainders = remainders;
  if (definition.hasNative) columns.native = mergeNative(parts, rows, chosen);
  if (layout.kind === 'quantile' && layout.quantiles.length > 0) {
    const merged = mergeSketches(parts, rows, chosen, layout, values, columns.absent);
    if (merged.sketch !== undefined) columns.sketch = merged.sketch;
    if (merged.absent !== undefined) columns.absent = merged.absent;
  }
  return createFamily(columns);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Description {
  readonly name: string;
  readonly type: MetricFamily['type'];
  readonly help?: string;
  readonly unit?: string;
  readonly merge?: MergeMode;
  readonly scope?: MetricScope;
}

function describe(parts: readonly Part[], first: MetricFamily): Description {
  const { name, type, unit, merge, scope } = first;
  const help = parts.find(({ family }) => family.help !== undefined)?.family.help;
  return {
    name,
    type,
    ...(help !== undefined && { help }),
    ...(unit !== undefined && { unit }),
    ...(merge !== undefined && { merge }),
    ...(scope !== undefined && { scope }),
  };
}
