import { bucketBounds, bucketUnits, bucketValues, numberOfBuckets } from './bucket-rules.ts';
import { labelLimit, labelNamesLimit, seriesLimit } from './cardinality-rules.ts';
import { duplicateSeries } from './duplicate-series.ts';
import { helpRepeatsName, noHelp } from './help-rules.ts';
import { emptyLabel, labelOrder, targetLabels } from './label-rules.ts';
import {
  abbreviatedUnits,
  baseUnits,
  camelCase,
  colon,
  counterSuffix,
  histogramSummaryReserved,
  typeInName,
} from './name-rules.ts';
import {
  clashingNames,
  infoSuffix,
  openMetricsCounter,
  reservedName,
  reservedSuffix,
  unitMissing,
  unitSuffix,
  unknownType,
  utf8Names,
} from './openmetrics-rules.ts';
import type { Check, LintRule, Rule } from './rule.ts';
import type { RuleName } from './rule-name.ts';
import { counterValue, infoValue, timestamps } from './value-rules.ts';

const promlint = (check: Check, sentence: string): Rule => ({ check, sentence, strict: false });
const strict = (check: Check, sentence: string): Rule => ({ check, sentence, strict: true });

/** All rules by name, beginning with the rules of promlint, the linter of `promtool check metrics`. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  help: promlint(noHelp, 'There is no help text.'),
  'base-units': promlint(
    baseUnits,
    'The name has a unit other than a base unit, such as milliseconds instead of seconds.',
  ),
  'counter-suffix': promlint(counterSuffix, 'A counter lacks the suffix "_total", or another type has it.'),
  'histogram-summary-reserved': promlint(
    histogramSummaryReserved,
    'Another type has a suffix ("_bucket", "_count", "_sum") or label ("le", "quantile") of histograms and summaries.',
  ),
  'type-in-name': promlint(typeInName, 'The name contains the type of the metric.'),
  colon: promlint(colon, 'The name has a colon, which is for recording rules.'),
  'camel-case': promlint(camelCase, 'The name of the metric or of a label is in camelCase.'),
  'abbreviated-units': promlint(abbreviatedUnits, 'The name has an abbreviated unit, such as "ms" or "kb".'),
  'duplicate-series': promlint(duplicateSeries, 'Two series have the same labels.'),
  'bucket-count': strict(numberOfBuckets, 'A histogram has fewer than two bucket bounds, or more than `bucketLimit`.'),
  'bucket-bounds': strict(bucketBounds, 'Series of one histogram have different buckets and cannot be added up.'),
  'bucket-units': strict(bucketUnits, 'The buckets of a histogram in seconds look like milliseconds.'),
  'bucket-values': strict(
    bucketValues,
    'The buckets are wrong: +Inf is missing or differs from the count, or counts fall.',
  ),
  'series-limit': strict(seriesLimit, 'A family has more series than `seriesLimit`.'),
  'label-limit': strict(labelLimit, 'A label has more values than `labelLimit`.'),
  'label-names-limit': strict(labelNamesLimit, 'A family has more labels than `labelNamesLimit`.'),
  'openmetrics-counter': strict(
    openMetricsCounter,
    'A counter lacks the suffix "_total", so OpenMetrics 1.0 shows it as unknown.',
  ),
  'info-suffix': strict(infoSuffix, 'An info lacks the suffix "_info", or a type that cannot be an info has it.'),
  'unit-suffix': strict(unitSuffix, 'The unit is not the suffix of the name, or the type cannot have a unit.'),
  'unit-missing': strict(
    unitMissing,
    'The name ends in a unit that is not the unit of the family, although other families have units.',
  ),
  'reserved-name': strict(reservedName, 'The name of the metric begins with "_", or the name of a label with "__".'),
  'reserved-suffix': strict(reservedSuffix, 'The name ends in a suffix of histogram or summary samples.'),
  'clashing-names': strict(clashingNames, 'Two families, or samples of two families, have the same name.'),
  'label-order': strict(labelOrder, 'The label "le" or "quantile" is not the last label.'),
  'target-labels': strict(targetLabels, 'A label is named "job" or "instance", as the labels that the server adds.'),
  'empty-label': strict(emptyLabel, 'A label is empty, which the server treats as absent.'),
  'info-value': strict(infoValue, 'An info has a value other than 1.'),
  'counter-value': strict(counterValue, 'A counter is negative or not a number.'),
  timestamps: strict(timestamps, 'Samples have timestamps, which hide the loss of a target.'),
  'unknown-type': strict(unknownType, 'The type is unknown.'),
  'utf8-names': strict(utf8Names, 'A name needs a server that accepts UTF-8 names.'),
  'help-repeats-name': strict(helpRepeatsName, 'The help text only repeats the name.'),
};

/** Descriptions of all rules for documentation and command lines, beginning with the rules of promlint. */
export const lintRules: readonly LintRule[] = (Object.entries(RULES) as [RuleName, Rule][]).map(
  ([name, { sentence, strict }]) => ({ name, sentence, strict }),
);
