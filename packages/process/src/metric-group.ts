import { describeValue, rangeError, typeError } from '@promwright/model';

/** Groups that are on by default: they cost nearly nothing between scrapes. */
const DEFAULT_GROUPS = [
  'process',
  'network',
  'cgroup',
  'version',
  'heap',
  'heap-spaces',
  'event-loop',
  'event-loop-utilization',
  'gc',
  'active-resources',
  'active-handles',
  'worker-threads',
  'http-pools',
] as const;

/** Groups that are off by default: they cost time at every request or lookup of the program. */
const COSTLY_GROUPS = ['http-client', 'dns'] as const;

/** Metrics collected together; the README lists the metrics of each group. */
export type MetricGroup = (typeof DEFAULT_GROUPS)[number] | (typeof COSTLY_GROUPS)[number];

/** A group, or several at once: `default` for the groups on by default, `all` for the costly ones too. */
export type MetricGroupChoice = MetricGroup | 'default' | 'all';

const ALL_GROUPS: readonly MetricGroup[] = [...DEFAULT_GROUPS, ...COSTLY_GROUPS];

/**
 * Returns the groups chosen by two options, in order of display.
 * @throws with code `INVALID_OPTION` for an unknown group
 */
export function chooseGroups(include: unknown = ['default'], exclude: unknown = []): readonly MetricGroup[] {
  const included = groupsOf('include', include);
  const excluded = groupsOf('exclude', exclude);
  return ALL_GROUPS.filter((group) => included.has(group) && !excluded.has(group));
}

function groupsOf(option: string, choices: unknown): ReadonlySet<MetricGroup> {
  if (!Array.isArray(choices)) {
    throw typeError('INVALID_OPTION', `Option "${option}" must be an array of groups; got ${describeValue(choices)}`);
  }
  return new Set(choices.flatMap((choice: unknown) => groupsIn(option, choice)));
}

function groupsIn(option: string, choice: unknown): readonly MetricGroup[] {
  if (choice === 'default') return DEFAULT_GROUPS;
  if (choice === 'all') return ALL_GROUPS;
  const group = ALL_GROUPS.find((name) => name === choice);
  if (group !== undefined) return [group];
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must contain only default, all, ${ALL_GROUPS.join(', ')}; got ${describeValue(choice)}`,
  );
}
