/** Median of numbers, and their scatter. */
export interface Spread {
  readonly least: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
}

/** Returns median, quartiles and minimum; NaN without numbers. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    least: sorted[0] ?? Number.NaN,
    lowerQuartile: quantileOf(sorted, 0.25),
    median: quantileOf(sorted, 0.5),
    upperQuartile: quantileOf(sorted, 0.75),
  };
}

/**
 * Divides `above` by `below`, round by round. Measurements of the same round are paired, so that effects of the machine at the
 * time cancel out.
 * @throws if the numbers of rounds differ
 */
export function ratios(above: readonly number[], below: readonly number[]): number[] {
  if (above.length !== below.length) throw new RangeError(`Cannot pair ${above.length} rounds with ${below.length}`);
  return above.map((value, round) => value / below[round]!);
}

/** Interpolates between the two nearest sorted numbers. */
function quantileOf(sorted: readonly number[], quantile: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * quantile;
  const below = Math.floor(position);
  const lower = sorted[below]!;
  const upper = sorted[below + 1] ?? lower;
  return lower + (upper - lower) * (position - below);
}
