import { isClassicLabelName, isClassicMetricName, type MetricFamily } from '@promwright/model';
import { allLabelNames } from './label-rules.ts';
import type { LintContext } from './lint-context.ts';
import { isBaseUnit } from './units.ts';

export function* openMetricsCounter({ name, type }: MetricFamily): Iterable<string> {
  if (type === 'counter' && !name.endsWith('_total')) {
    yield 'OpenMetrics 1.0 shows a counter without "_total" suffix as unknown';
  }
}

export function* infoSuffix({ name, type }: MetricFamily): Iterable<string> {
  const isInfo = name.endsWith('_info');
  if (type === 'info' && !isInfo) yield 'info metrics should have "_info" suffix';
  // In text 0.0.4 an info is a gauge.
  if (isInfo && type !== 'info' && type !== 'gauge' && type !== 'unknown') {
    yield 'non-info metrics should not have "_info" suffix';
  }
}

export function* unitSuffix({ name, type, unit }: MetricFamily): Iterable<string> {
  if (!unit) return;
  if (type === 'info' || type === 'stateset') yield `${type} metrics should not have a unit`;
  else if (!withoutTotal(name, type).endsWith(`_${unit}`)) yield `unit "${unit}" should be the suffix of the name`;
}

export function* unitMissing({ name, type, unit }: MetricFamily, context: LintContext): Iterable<string> {
  if (unit || type === 'info' || type === 'stateset' || !context.hasUnits()) return;
  const [, last = ''] = /_([^_]+)$/.exec(withoutTotal(name, type)) ?? [];
  if (isBaseUnit(last)) yield `unit "${last}" of the name should be the unit of the family too`;
}

export function* reservedName(family: MetricFamily): Iterable<string> {
  if (family.name.startsWith('_')) yield 'metric names that begin with "_" are reserved';
  for (const label of allLabelNames(family)) {
    if (label.startsWith('__')) yield `label names that begin with "__" are reserved; got "${label}"`;
  }
}

export function* reservedSuffix({ name, type }: MetricFamily): Iterable<string> {
  // For the other types, a rule of promlint reports these suffixes.
  const hasSamples = type === 'histogram' || type === 'gaugehistogram' || type === 'summary';
  const found = (hasSamples ? /_(?:count|sum|bucket|gcount|gsum)$/ : /_(?:gcount|gsum)$/).exec(name);
  if (found && !(type === 'summary' && found[0] === '_bucket')) {
    yield `metric names should not have "${found[0]}" suffix, which samples have`;
  }
}

export function* clashingNames(family: MetricFamily, context: LintContext): Iterable<string> {
  for (const other of context.clashes(family)) {
    yield other === family.name ? 'family not unique' : `sample names clash with those of "${other}"`;
  }
}

export function* unknownType({ type }: MetricFamily): Iterable<string> {
  if (type === 'unknown') yield 'metrics should have a known type';
}

export function* utf8Names(family: MetricFamily): Iterable<string> {
  if (!isClassicMetricName(family.name)) yield 'metric name needs a server that supports UTF-8 names';
  for (const label of allLabelNames(family)) {
    if (!isClassicLabelName(label)) yield `label name "${label}" needs a server that supports UTF-8 names`;
  }
}

function withoutTotal(name: string, type: MetricFamily['type']): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name;
}
