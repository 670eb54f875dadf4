const special: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

/** Parses a number from a JSON string of Prometheus, which writes infinity as `+Inf`. */
export function parsePrometheusNumber(text: string): number {
  return special.get(text) ?? Number(text);
}
