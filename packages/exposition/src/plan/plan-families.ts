import { checkFamily, concatFamilies, type EscapingScheme, errorMessage, type MetricFamily } from '@promwright/model';
import { metricNameUnder } from '../escape-text.ts';
import type { OnOmitted } from '../on-omitted.ts';
import { brokenNameRule } from './broken-name-rule.ts';
import { flatNames, flattenFamily } from './flatten-family.ts';
import type { FormatRules } from './format-rules.ts';
import { KnownNames } from './known-names.ts';
import { groupSeries, seriesOrder } from './series-order.ts';

/** Number of rows checked between two yields. */
const ROWS_PER_STEP = 4096;

/** Family of a page, with the decision how to write it. */
interface Entry {
  readonly family: MetricFamily;
  /** Families of the page that `family` consists of, usually itself. */
  readonly sources: readonly MetricFamily[];
  /** Name as written, after escaping. */
  readonly name: string;
  /** True to write the family as it is; false to write its samples as families of type unknown. */
  isWhole: boolean;
}

/**
 * Decides how to write the families of a page in a format. A family that the format can express is written as it is.
 * Otherwise its samples are written as families of type unknown, from which a server stores the same series. If even the
 * samples cannot be written, the family is omitted and reported. Yields between slices of work.
 * @param known names of the last page in the format, which spare the search for clashes
 * @returns the families to write, each valid in the format, with names that do not clash
 */
export function* planFamilies(
  families: Iterable<MetricFamily>,
  rules: FormatRules,
  escaping: EscapingScheme,
  onOmitted: OnOmitted = () => {},
  known: KnownNames = new KnownNames(),
): Generator<void, readonly MetricFamily[], undefined> {
  const entries: Entry[] = [];
  for (const family of families) {
    try {
      const name = nameToWrite(family, rules, escaping);
      if (name === undefined) continue;
      const { size } = family;
      const rule = rules.rows[family.type];
      let isWhole = hasRightOrder(family, rules) && rules.takesType(family, name);
      for (let start = 0; isWhole && rule !== undefined && start < size; start += ROWS_PER_STEP) {
        if (start > 0) yield;
        isWhole = rule(family, start, Math.min(start + ROWS_PER_STEP, size));
      }
      entries.push({ family, sources: [family], name, isWhole });
    } catch (error) {
      onOmitted(family, errorMessage(error));
    }
  }
  const settled = known.matches(entries) ? entries : settleNames(entries, rules, onOmitted, known);
  return written(settled, rules, onOmitted);
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
function nameToWrite(family: MetricFamily, rules: FormatRules, escaping: EscapingScheme): string | undefined {
  // The columns of instruments are right by construction, and are checked neither here nor for repeated series.
  if (family.identity === undefined) checkFamily(family);
  const { size, timestampMs } = family;
  if (size === 0) return undefined;
  const name = metricNameUnder(family.name, escaping);
  const rule = brokenNameRule(family, name, escaping, rules);
  if (rule !== undefined) throw new Error(`Family "${family.name}" ${rule}`);
  for (let row = 0; timestampMs !== undefined && row < size; row++) {
    const ms = timestampMs[row]!;
    if (Number.isNaN(ms) || (ms >= rules.minTimestampMs && ms < 2 ** 63)) continue;
    throw new Error(`Family "${family.name}" must have timestamps that the format can express; got ${ms} ms`);
  }
  return name;
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
function settleNames(
  entries: readonly Entry[],
  rules: FormatRules,
  onOmitted: OnOmitted,
  known: KnownNames,
): readonly Entry[] {
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
  if (groups.length === 0) {
    known.keep(entries);
    return entries;
  }
  // A group is written where its first family was.
  const settled = new Map<Entry, readonly Entry[]>();
  for (const group of groups) {
    const distinct = joinEqualNames(group, rules, onOmitted);
    while (degradeOneClash(distinct, rules));
    for (const entry of group) settled.set(entry, entry === group[0] ? distinct : []);
  }
  return entries.flatMap((entry) => settled.get(entry) ?? entry);
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
  const at = name.lastIndexOf('_');
  return at >= 0 && SUFFIXES.has(name.slice(at)) ? stemOf(name.slice(0, at)) : name;
}

/** Joins families of one name and type into the first of them. Returns the entries that remain. */
function joinEqualNames(group: readonly Entry[], rules: FormatRules, onOmitted: OnOmitted): Entry[] {
  const byName = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of group) {
    const same = byName.get(entry.name);
    if (same === undefined) byName.set(entry.name, [entry]);
    else if (same[0].family.name === entry.family.name) same.push(entry);
    else {
      const { name } = entry.family;
      const rule = `must not get the name "${entry.name}" of "${same[0].family.name}" by escaping`;
      onOmitted(entry.family, `Family "${name}" ${rule}`);
    }
  }
  return [...byName.values()].flatMap((same) => {
    if (same.length === 1) return same;
    const family = joinedFamily(same.map((entry) => entry.family) as [MetricFamily, ...MetricFamily[]], rules);
    if (family !== undefined) {
      const isWhole = same.every((entry) => entry.isWhole) && hasRightOrder(family, rules);
      return [{ family, sources: same.flatMap(({ sources }) => sources), name: same[0].name, isWhole }];
    }
    for (const entry of same) entry.isWhole = false;
    return same;
  });
}

/**
 * Returns one family with the series of several; `undefined` if they differ too much, or repeat a series where the format
 * takes each once.
 */
function joinedFamily(
  families: readonly [MetricFamily, ...MetricFamily[]],
  rules: FormatRules,
): MetricFamily | undefined {
  try {
    const joined = concatFamilies(families, { allowRepeated: true });
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

/** Single samples of one name, with the families that they are from. */
type Pieces = [Piece, ...Piece[]];

interface Piece {
  readonly samples: MetricFamily;
  readonly sources: readonly MetricFamily[];
}

/** Returns the families to write: whole ones, and the single samples of the others, joined by name. */
function written(entries: readonly Entry[], rules: FormatRules, onOmitted: OnOmitted): MetricFamily[] {
  const ordered: (MetricFamily | Pieces)[] = [];
  const byName = new Map<string, Pieces>();
  for (const { family, sources, name, isWhole } of entries) {
    if (isWhole) {
      ordered.push(family);
      continue;
    }
    for (const samples of flattenFamily(family, name, rules)) {
      const piece = { samples, sources };
      const pieces = byName.get(samples.name);
      if (pieces !== undefined) {
        pieces.push(piece);
        continue;
      }
      const first: Pieces = [piece];
      byName.set(samples.name, first);
      ordered.push(first);
    }
  }
  return ordered.map((one) => (Array.isArray(one) ? joinedPieces(one, rules, onOmitted) : one));
}

/** Joins single samples of one name. Omits and reports those of a family that repeats a series of an earlier one. */
function joinedPieces(pieces: Pieces, rules: FormatRules, onOmitted: OnOmitted): MetricFamily {
  let [{ samples: all }] = pieces;
  if (pieces.length > 1) {
    const joined = joinedFamily(pieces.map(({ samples }) => samples) as [MetricFamily, ...MetricFamily[]], rules);
    if (joined !== undefined) all = joined;
    else {
      for (const { samples, sources } of pieces.slice(1)) {
        const more = joinedFamily([all, samples], rules);
        if (more !== undefined) {
          all = more;
          continue;
        }
        for (const source of sources) {
          onOmitted(source, `Family "${source.name}" must not have series "${samples.name}" of an earlier family`);
        }
      }
    }
  }
  return rules.ordersSeries ? groupSeries(all) : all;
}
