import {
  describeValue,
  escapeName,
  formatLabelValue,
  isClassicLabelName,
  isLabelObject,
  type LabelValue,
  rangeError,
  typeError,
} from '@promwright/model';

/** Labels that identify a group. */
export interface GroupingKey {
  /** Names of all labels, `job` first. */
  readonly names: readonly string[];
  /** Path of the group in its URL: `/metrics/job/...`. */
  readonly path: string;
}

/**
 * Reads the options `job` and `groupingKey`.
 * @throws TypeError or RangeError with code `INVALID_OPTION`, `INVALID_LABEL_NAME` or `INVALID_LABEL_VALUE`
 */
export function groupingKey(job: unknown, labels: unknown = {}): GroupingKey {
  if (typeof job !== 'string' || job === '') {
    throw typeError('INVALID_OPTION', `Option "job" must be a non-empty string; got ${describeValue(job)}`);
  }
  if (!isLabelObject(labels)) {
    throw typeError('INVALID_OPTION', `Option "groupingKey" must be an object of labels; got ${describeValue(labels)}`);
  }
  const others = Object.entries(labels as Readonly<Record<string, LabelValue>>).map(([name, value]) => {
    checkName(name);
    return { name, value: formatLabelValue(value, name, 'groupingKey') };
  });
  const all = [{ name: 'job', value: job.toWellFormed() }, ...others];
  return {
    names: all.map(({ name }) => name),
    path: `/metrics${all.map(({ name, value }) => `/${segments(name, value)}`).join('')}`,
  };
}

function checkName(name: string): void {
  const refuse = (rule: string) =>
    rangeError('INVALID_LABEL_NAME', `Label ${describeValue(name)} of option "groupingKey" ${rule}`);
  if (name === '' || !name.isWellFormed()) throw refuse('must have a name of well-formed Unicode');
  if (name === 'job') throw refuse('must be given as the option "job"');
  if (name.startsWith('__')) throw refuse('is reserved for the server; do not begin it with "__"');
  // As labels of the group, `le` and `quantile` would replace the labels of buckets and quantiles.
  if (name === 'le') throw refuse('is reserved for buckets; rename it');
  if (name === 'quantile') throw refuse('is reserved for quantiles; rename it');
}

/** Returns a label as two segments of a path. */
function segments(name: string, value: string): string {
  // The classic character set of label names, unlike the set of metric names, has no colon.
  const escaped = isClassicLabelName(name) ? name : encodeURIComponent(escapeName(name, 'values'));
  // A server drops an empty segment, and splits segments at slashes and dots, even if these are percent-encoded.
  if (value === '') return `${escaped}@base64/=`;
  if (value.includes('/') || value === '.' || value === '..') {
    return `${escaped}@base64/${Buffer.from(value).toString('base64url')}`;
  }
  return `${escaped}/${encodeURIComponent(value)}`;
}
