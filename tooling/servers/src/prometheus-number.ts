const special: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

/** Reads a number as Prometheus writes it, where infinity is `+Inf` and JSON has it in a string. */
export function parsePrometheusNumber(text: string): number {
  return special.get(text) ?? Number(text);
}
