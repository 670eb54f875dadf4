/** Converts seconds of a document to the milliseconds that the writer converted to seconds. */
export function millisecondsOf(seconds: number): number {
  const ms = seconds * 1000;
  const whole = Math.round(ms);
  // The product is rounded once more than the decimal: 1.001 * 1000 is not 1001.
  return whole / 1000 === seconds ? whole : ms;
}
