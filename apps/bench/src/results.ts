import type { Row, Target } from './group.ts';
import { AGAIN, type Measurements } from './run-row.ts';
import { ratios, type Spread, spreadOf } from './statistics.ts';

/** What a row came to. */
export interface RowResult {
  readonly title: string;
  readonly unit: string;
  readonly contestants: readonly ContestantResult[];
  readonly targets: readonly TargetResult[];
}

/** What was measured of a contestant. */
export interface ContestantResult extends Measurements {
  readonly values: Spread;
  /** How many times the first contestant's measurement goes into its own, in the same rounds. */
  readonly ratio: Spread;
}

/** Whether a target was reached. */
export interface TargetResult {
  readonly text: string;
  readonly reached: boolean;
  readonly value: number;
  /** What the value is in: `x` for a ratio. */
  readonly unit: string;
}

/** Works out what a row came to. */
export function resultOf(row: Row, measured: readonly Measurements[]): RowResult {
  const [first] = measured;
  return {
    title: row.title,
    unit: row.unit,
    contestants: measured.map((each) => ({
      ...each,
      values: spreadOf(each.samples),
      ratio: spreadOf(ratios(each.samples, first!.samples)),
    })),
    targets: row.targets.map((target) => judge(target, row.unit, measured)),
  };
}

/** How far the first contestant differs from itself, in ratios of one round: what the row cannot tell apart. */
export function controlOf(result: RowResult): Spread | undefined {
  return result.contestants.find(({ name }) => name.endsWith(AGAIN))?.ratio;
}

/** What the command exits with: a missed target is a failure only to those who asked for a check. */
export function exitCodeOf(results: readonly RowResult[], check: boolean): 0 | 1 {
  return check && results.some(({ targets }) => targets.some(({ reached }) => !reached)) ? 1 : 0;
}

function judge(target: Target, unit: string, measured: readonly Measurements[]): TargetResult {
  const { name, samples } = measured[0]!;
  switch (target.kind) {
    case 'at-least': {
      const value = spreadOf(ratios(samplesOf(target.against, measured), samples)).median;
      return {
        text: `${target.against} >= ${target.times}x ${name}`,
        value,
        unit: 'x',
        reached: value >= target.times,
      };
    }
    case 'within': {
      const value = spreadOf(ratios(samples, samplesOf(target.against, measured))).median;
      return {
        text: `${name} <= ${target.times}x ${target.against}`,
        value,
        unit: 'x',
        reached: value <= target.times,
      };
    }
    case 'at-most': {
      const value = spreadOf(samples).median;
      return { text: `${name} <= ${target.value} ${unit}`, value, unit: ` ${unit}`, reached: value <= target.value };
    }
  }
}

function samplesOf(name: string, measured: readonly Measurements[]): readonly number[] {
  const found = measured.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`No contestant "${name}" in the row`);
  return found.samples;
}
