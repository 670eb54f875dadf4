/** Seconds of a document as the milliseconds that they were written from. */
export function millisecondsOf(seconds: number): number {
  const ms = seconds * 1000;
  const whole = Math.round(ms);
  // A product is rounded once more than the decimal was: 1.001 seconds would not come out as 1001.
  return whole / 1000 === seconds ? whole : ms;
}
