import { type EscapingScheme, escapeName, isClassicMetricName } from '@promwright/model';

/** Escapes what would end a quoted label value, or its line. */
export function escapeLabelValue(value: string): string {
  // Most values need nothing: one search is cheaper than three replacements.
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** Escapes the help of a family in Prometheus text, where quotes need none. */
export function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** The name of a metric under a scheme; one that every reader takes stays as it is. */
export function metricNameUnder(name: string, escaping: EscapingScheme): string {
  return isClassicMetricName(name) ? name : escapeName(name, escaping);
}

/** The name of a metric where it stands alone, as behind `# TYPE`. */
export function quotedMetricName(name: string): string {
  return isClassicMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}

/** The shortest decimal that reads back to the same number; JavaScript's own, but for the infinities. */
export function formatNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return `${value}`;
}
