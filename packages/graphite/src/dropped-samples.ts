/** Samples of one snapshot that were not sent, by the reason; the keys are values of a label. */
export interface DroppedSamples {
  /** NaN. */
  value: number;
  /** Before 1970. */
  time: number;
  /** A path of more than 8000 bytes. */
  length: number;
  /** The option `path` threw, or gave nonsense. */
  path: number;
}
