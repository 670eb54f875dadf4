import { type EscapingScheme, escapeName, isClassicLabelName, isClassicMetricName } from '@promwright/model';

/** Escapes the characters of a label value that would end the quotes or the line. */
export function escapeLabelValue(value: string): string {
  // Most values need no escaping: one search is cheaper than three replacements.
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** Escapes the help of a family for Prometheus text, in which quotes stay unescaped. */
export function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** Returns the name of a metric under an escaping scheme; a classic name is valid in every scheme and stays. */
export function metricNameUnder(name: string, escaping: EscapingScheme): string {
  return isClassicMetricName(name) ? name : escapeName(name, escaping);
}

/** Returns the name of a label under an escaping scheme. Colons, allowed only in metric names, become `_`. */
export function labelNameUnder(name: string, escaping: EscapingScheme): string {
  if (escaping === 'allow-utf-8' || isClassicLabelName(name)) return name;
  return escapeName(name, escaping).replaceAll(':', '_');
}

/** Returns the name of a metric, in quotes unless classic, as in a `# TYPE` line. */
export function quotedMetricName(name: string): string {
  return isClassicMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}
