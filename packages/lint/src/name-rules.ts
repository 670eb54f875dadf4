import { legacyType, type MetricFamily } from '@promwright/model';
import { repeatText } from './repeat-text.ts';
import { labelOccurrences } from './text-view.ts';
import { ABBREVIATIONS, unitIn } from './units.ts';

// The texts in this file are those of promlint, word for word. Their quotes and plurals differ because promlint's do.

const CAMEL_CASE = /[a-z][A-Z]/;

export function* baseUnits({ name }: MetricFamily): Iterable<string> {
  const found = unitIn(name);
  if (found && found.unit !== found.base) yield `use base unit "${found.base}" instead of "${found.unit}"`;
}

export function* counterSuffix(family: MetricFamily): Iterable<string> {
  const type = legacyType(family.type);
  const isTotal = family.name.endsWith('_total');
  if (type === 'counter' && !isTotal) yield 'counter metrics should have "_total" suffix';
  if (type !== 'counter' && type !== 'untyped' && isTotal) {
    yield 'non-counter metrics should not have "_total" suffix';
  }
}

export function* histogramSummaryReserved(family: MetricFamily): Iterable<string> {
  const { name } = family;
  const type = legacyType(family.type);
  if (type === 'untyped') return;
  if (type !== 'histogram') {
    if (name.endsWith('_bucket')) yield 'non-histogram metrics should not have "_bucket" suffix';
    const found = labelOccurrences(family, (label) => label === 'le');
    yield* repeatText('non-histogram metrics should not have "le" label', found);
  }
  if (type !== 'summary') {
    const found = labelOccurrences(family, (label) => label === 'quantile');
    yield* repeatText('non-summary metrics should not have "quantile" label', found);
  }
  if (type === 'histogram' || type === 'summary') return;
  for (const suffix of ['_count', '_sum']) {
    if (name.endsWith(suffix)) yield `non-histogram and non-summary metrics should not have "${suffix}" suffix`;
  }
}

export function* typeInName(family: MetricFamily): Iterable<string> {
  const type = legacyType(family.type);
  if (type !== 'untyped' && hasWord(family.name, type)) yield `metric name should not include type '${type}'`;
}

export function* colon({ name }: MetricFamily): Iterable<string> {
  if (name.includes(':')) yield "metric names should not contain ':'";
}

export function* camelCase(family: MetricFamily): Iterable<string> {
  if (CAMEL_CASE.test(family.name)) yield "metric names should be written in 'snake_case' not 'camelCase'";
  const found = labelOccurrences(family, (label) => CAMEL_CASE.test(label));
  yield* repeatText("label names should be written in 'snake_case' not 'camelCase'", found);
}

export function* abbreviatedUnits({ name }: MetricFamily): Iterable<string> {
  const found = ABBREVIATIONS.filter((abbreviation) => hasWord(name, abbreviation)).length;
  yield* repeatText('metric names should not contain abbreviated units', found);
}

/** Returns true if a name contains a word, in upper or lower case, anywhere but at the beginning. */
function hasWord(name: string, word: string): boolean {
  return `${name.toLowerCase()}_`.includes(`_${word}_`);
}
