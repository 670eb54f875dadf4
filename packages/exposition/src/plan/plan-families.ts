import { checkFamily, concatFamilies, type EscapingScheme, errorMessage, type MetricFamily } from '@promwright/model';
import { metricNameUnder } from '../escape-text.ts';
import type { OnOmitted } from '../on-omitted.ts';
import { flatNames, flattenFamily } from './flatten-family.ts';
import type { FormatRules } from './format-rules.ts';
import { labelClash } from './label-clash.ts';
import { groupSeries, seriesOrder } from './series-order.ts';

/** Number of rows checked between two yields. */
const ROWS_PER_STEP = 4096;

/** Family of a page, with the decision how to write it. */
interface Entry {
  family: MetricFamily;
  /** Name as written, after escaping. */
  readonly name: string;
  /** True to write the family as it is; false to write its samples as families of type unknown. */
  isWhole: boolean;
}

/**
 * Decides how to write the families of a page in a format. A family that the format can express is written as it is.
 * Otherwise its samples are written as families of type unknown, from which a server stores the same series. If even the
 * samples cannot be written, the family is omitted and reported. Yields between slices of work.
 * @returns the families to write, each valid in the format, with names that do not clash
 */
export function* planFamilies(
  families: Iterable<MetricFamily>,
  rules: FormatRules,
  escaping: EscapingScheme,
  onOmitted: OnOmitted = () => {},
): Generator<void, readonly MetricFamily[], undefined> {
  const entries: Entry[] = [];
  for (const family of families) {
    try {
      const name = yield* nameToWrite(family, rules, escaping);
      if (name === undefined) continue;
      entries.push({ family, name, isWhole: yield* isExpressible(family, name, rules) });
    } catch (error) {
      onOmitted(family, errorMessage(error));
    }
  }
  return written(settleNames(entries, rules, onOmitted), rules, onOmitted);
}

/** Runs a plan without a break. */
export function planNow(...parameters: Parameters<typeof planFamilies>): readonly MetricFamily[] {
  const plan = planFamilies(...parameters);
  for (;;) {
    const { done, value } = plan.next();
    if (done) return value;
  }
}

/**
 * Returns the name of a family as written; `undefined` for a family without series, which no format needs.
 * @throws with the reason to omit the family
 */
function* nameToWrite(
  family: MetricFamily,
  rules: FormatRules,
  escaping: EscapingScheme,
): Generator<void, string | undefined, undefined> {
  // The columns of instruments are right by construction, and are checked neither here nor for repeated series.
  if (family.identity === undefined) checkFamily(family);
  const { size, timestampMs } = family;
  if (size === 0) return undefined;
  const label = labelClash(family, escaping);
  if (label !== undefined)
    throw new Error(`Family "${family.name}" must not have the label "${label}" twice after escaping`);
  if (timestampMs === undefined) return metricNameUnder(family.name, escaping);
  for (let row = 0; row < size; row++) {
    const ms = timestampMs[row]!;
    if (!Number.isNaN(ms) && !(ms >= rules.minTimestampMs && ms < 2 ** 63)) {
      throw new Error(`Family "${family.name}" must have timestamps that the format can express; got ${ms} ms`);
    }
    if (row % ROWS_PER_STEP === 0) yield;
  }
  return metricNameUnder(family.name, escaping);
}

/** @throws with the reason to omit the family */
function* isExpressible(family: MetricFamily, name: string, rules: FormatRules): Generator<void, boolean, undefined> {
  if (!hasRightOrder(family, rules) || !rules.takesType(family, name)) return false;
  const rule = rules.rows[family.type];
  if (rule === undefined) return true;
  for (let start = 0; start < family.size; start += ROWS_PER_STEP) {
    if (!rule(family, start, Math.min(start + ROWS_PER_STEP, family.size))) return false;
    if (start > 0) yield;
  }
  return true;
}

/**
 * Returns false if only single samples of the family can be in the order that the format requires.
 * @throws with the reason to omit the family
 */
function hasRightOrder(family: MetricFamily, rules: FormatRules): boolean {
  const isRepeatable = rules.repeatable.has(family.layout.kind);
  if (family.identity !== undefined || (isRepeatable && !rules.ordersSeries)) return true;
  const order = seriesOrder(family);
  if (order === 'repeated' && rules.ordersSeries) {
    throw new Error(`Family "${family.name}" must not have two series with the same labels and time`);
  }
  return order === 'distinct' || (order === 'rising' && isRepeatable);
}

/** Finds families whose names or sample names clash, joins equal ones, and chooses those to write as single samples. */
function settleNames(entries: readonly Entry[], rules: FormatRules, onOmitted: OnOmitted): readonly Entry[] {
  const byStem = new Map<string, Entry | Entry[]>();
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const stem = stemOf(entry.name);
    const others = byStem.get(stem);
    if (others === undefined) byStem.set(stem, entry);
    else if (Array.isArray(others)) others.push(entry);
    else {
      const group = [others, entry];
      byStem.set(stem, group);
      groups.push(group);
    }
  }
  if (groups.length === 0) return entries;
  const dropped = new Set<Entry>();
  for (const group of groups) {
    const distinct = joinEqualNames(group, rules, onOmitted);
    for (const entry of group) if (!distinct.includes(entry)) dropped.add(entry);
    while (degradeOneClash(distinct, rules));
  }
  return entries.filter((entry) => !dropped.has(entry));
}

/** Suffixes in which names of one family and of its samples can differ. */
const SUFFIXES: ReadonlySet<string> = new Set([
  '_total',
  '_created',
  '_info',
  '_bucket',
  '_sum',
  '_count',
  '_gsum',
  '_gcount',
]);

/** Returns a name without any suffixes. Names that can clash have the same stem. */
function stemOf(name: string): string {
  let stem = name;
  for (;;) {
    const at = stem.lastIndexOf('_');
    if (at < 0 || !SUFFIXES.has(stem.slice(at))) return stem;
    stem = stem.slice(0, at);
  }
}

/** Joins families of one name and type into the first of them. Returns the entries that remain. */
function joinEqualNames(group: readonly Entry[], rules: FormatRules, onOmitted: OnOmitted): Entry[] {
  const remaining: Entry[] = [];
  for (const entry of group) {
    const same = remaining.find(({ name }) => name === entry.name);
    if (same === undefined) remaining.push(entry);
    else if (same.family.name !== entry.family.name) {
      onOmitted(
        entry.family,
        `Family "${entry.family.name}" must not get the name "${entry.name}" of "${same.family.name}" by escaping`,
      );
    } else if (!join(same, entry, rules)) {
      same.isWhole = false;
      entry.isWhole = false;
      remaining.push(entry);
    }
  }
  return remaining;
}

/** Joins a family into another one of the same name. Returns false if they differ too much, or share a series. */
function join(into: Entry, { family, isWhole }: Entry, rules: FormatRules): boolean {
  const joined = joinedFamily(into.family, family, rules);
  if (joined === undefined) return false;
  into.family = joined;
  into.isWhole &&= isWhole;
  return true;
}

function joinedFamily(a: MetricFamily, b: MetricFamily, rules: FormatRules): MetricFamily | undefined {
  try {
    const joined = concatFamilies([a, b]);
    return rules.ordersSeries && seriesOrder(joined) === 'repeated' ? undefined : joined;
  } catch {
    return undefined;
  }
}

/** Looks for the first clash, and degrades a family of it. Returns false if nothing clashes. */
function degradeOneClash(group: readonly Entry[], rules: FormatRules): boolean {
  const owners = new Map<string, Entry>();
  for (const entry of group) {
    for (const name of namesOf(entry, rules)) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, entry);
      // Single samples of one name become one family.
      else if (owner !== entry && (owner.isWhole || entry.isWhole)) {
        degradeOne(owner, entry, rules);
        return true;
      }
    }
  }
  return false;
}

/** Degrades the family with more names: this frees names that none of its samples has, such as that of a counter. */
function degradeOne(a: Entry, b: Entry, rules: FormatRules): void {
  const aCount = a.isWhole ? namesOf(a, rules).length : 0;
  const bCount = b.isWhole ? namesOf(b, rules).length : 0;
  if (aCount >= bCount) a.isWhole = false;
  if (bCount >= aCount) b.isWhole = false;
}

function namesOf({ family, name, isWhole }: Entry, rules: FormatRules): readonly string[] {
  return isWhole ? rules.names(family, name) : flatNames(family, name, rules);
}

/** Returns the families to write: whole ones, and the samples of the others, joined by name. */
function written(entries: readonly Entry[], rules: FormatRules, onOmitted: OnOmitted): MetricFamily[] {
  const result: MetricFamily[] = [];
  const flat = new Map<string, number>();
  for (const { family, name, isWhole } of entries) {
    if (isWhole) {
      result.push(family);
      continue;
    }
    for (const piece of flattenFamily(family, name, rules)) {
      const at = flat.get(piece.name);
      const joined = at === undefined ? piece : joinedFamily(result[at]!, piece, rules);
      if (joined === undefined) {
        onOmitted(family, `Family "${family.name}" must not have series "${piece.name}" of an earlier family`);
        continue;
      }
      const index = at ?? result.length;
      flat.set(piece.name, index);
      result[index] = rules.ordersSeries ? groupSeries(joined) : joined;
    }
  }
  return result;
}
