/** Number of samples that were not sent, by reason. The keys are values of the label `reason`. */
export interface DroppedSamples {
  /** Samples with the value NaN. */
  value: number;
  /** Samples from before 1970 or after 2106. */
  time: number;
  /** Samples with a path of more than 8000 bytes. */
  length: number;
  /**
   * Samples for which the option `path` threw, or returned an invalid path; among differences of counters, also samples with the
   * path of another.
   */
  path: number;
}

/** Returns counts of zero. */
export function noDroppedSamples(): DroppedSamples {
  return { value: 0, time: 0, length: 0, path: 0 };
}
