import type { Row, Target } from './group.ts';
import { AGAIN, type Measurements } from './run-row.ts';
import { ratios, type Spread, spreadOf } from './statistics.ts';

/** Result of a row. */
export interface RowResult {
  readonly title: string;
  readonly unit: string;
  readonly contestants: readonly ContestantResult[];
  readonly targets: readonly TargetResult[];
}

/** Measurements of a contestant. */
export interface ContestantResult extends Measurements {
  readonly values: Spread;
  /** Measurements divided by the first contestant's measurements of the same rounds. */
  readonly ratio: Spread;
}

/** Result of a target. */
export interface TargetResult {
  readonly text: string;
  readonly reached: boolean;
  readonly value: number;
  /** Unit of the value: `x` for a ratio. */
  readonly unit: string;
}

/** Computes the result of a row. */
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

/** Returns the ratios of the first contestant to itself, by round. Differences of this size mean nothing in the row. */
export function controlOf(result: RowResult): Spread | undefined {
  return result.contestants.find(({ name }) => name.endsWith(AGAIN))?.ratio;
}

/** Returns the exit code of the command. A missed target is a failure only with `--check`. */
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
    case 'adds': {
      const { over, against, times } = target;
      const added = against.map((peer) => ({ peer, value: addedBy(peer, over, measured) }));
      const cheapest = added.reduce((a, b) => (b.value < a.value ? b : a));
      const own = addedBy(name, over, measured);
      // Differences as small as the control's cannot be compared.
      const again = spreadOf(samplesOf(name + AGAIN, measured).map((value, round) => value - samples[round]!));
      const noise = again.upperQuartile - again.lowerQuartile;
      const amounts = `${own.toFixed(0)} and ${cheapest.value.toFixed(0)} ${unit} over "${over}"`;
      const resolved = `${noise.toFixed(0)} between the quartiles of ours against itself`;
      const doubt = cheapest.value > 3 * noise ? resolved : `${resolved}: not resolved`;
      return {
        text: `${name} adds <= ${times}x of what ${cheapest.peer} does (${amounts}; ${doubt})`,
        value: own / cheapest.value,
        unit: 'x',
        reached: own <= times * cheapest.value,
      };
    }
  }
}

/** Returns the median, over all rounds, of the time that a contestant takes more than `over`. */
function addedBy(name: string, over: string, measured: readonly Measurements[]): number {
  const base = samplesOf(over, measured);
  return spreadOf(samplesOf(name, measured).map((value, round) => value - base[round]!)).median;
}

function samplesOf(name: string, measured: readonly Measurements[]): readonly number[] {
  const found = measured.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`No contestant "${name}" in the row`);
  return found.samples;
}
