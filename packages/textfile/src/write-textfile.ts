import path from 'node:path';
import { readGathererOption } from '@promwright/exporter';
import { ExpositionWriter, TEXT_FORMAT } from '@promwright/exposition';
import {
  checkBoolean,
  checkOptionNames,
  defaultGatherer,
  describeValue,
  errorMessage,
  type Gatherer,
  type MetricFamily,
  PromwrightError,
  rangeError,
  typeError,
} from '@promwright/model';
import { replaceFile } from './replace-file.ts';

/** Options of {@link writeTextfile}. */
export interface WriteTextfileOptions {
  /** Registry to write, or several as one. Default: the default registry. */
  readonly registry?: Gatherer | readonly Gatherer[];
  /** True to write nothing if a collector fails. False to omit the metrics of that collector. Default false. */
  readonly strict?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({ registry: true, strict: true } satisfies Record<
  keyof WriteTextfileOptions,
  true
>);
const COUNTERPARTS: Readonly<Record<string, string>> = {
  gatherer: 'use "registry"',
  register: 'use "registry"',
  registers: 'use "registry"',
};

/**
 * Writes all metrics into a file for the textfile collector of node_exporter, in the text format 0.0.4. The collector
 * never reads an incomplete file: a temporary file in the same folder, with a name that the collector ignores, replaces
 * the file once all bytes are written. If several writers use one file, the last one wins.
 *
 * A new file is readable for all users (mode 0644). A replaced file keeps its permissions, and its owner if the process
 * may change owners; in a folder where all users may create files, it keeps neither from another user. A symbolic link is
 * replaced by the file, and its target is not touched. After an error the old file is unchanged.
 *
 * Metrics that the format cannot express, such as two samples of one series, are omitted, with a warning of the process.
 *
 * Blocks the program for at most a few milliseconds at a time, regardless of the number of metrics.
 *
 * @example
 * await writeTextfile('/var/lib/node_exporter/backup.prom');
 * @throws TypeError or RangeError with code `INVALID_OPTION` for a wrong option, or a path that does not end in `.prom`, because
 *   the collector ignores other files
 * @throws RangeError with code `INVALID_FAMILY` for metrics with timestamps, because the collector refuses them
 * @throws Error with code `WRITE_FAILED` and the reason as `cause` if the file cannot be written
 * @throws the error of a failed collector, if `strict` is set
 */
export async function writeTextfile(file: string, options: WriteTextfileOptions = {}): Promise<void> {
  checkPath(file);
  // The path is resolved before the first `await`, because the program may change its working directory later.
  const absolute = path.resolve(file);
  const { gatherer, strict } = checkOptions(options);
  const families = await gatherer.gather({ strict });
  for (const family of families) refuseTimestamps(family);
  try {
    await replaceFile(
      absolute,
      new ExpositionWriter({ reuse: false, onOmitted: warnOmitted }).write(families, TEXT_FORMAT),
    );
  } catch (cause) {
    const reason = errorMessage(cause);
    throw new PromwrightError('WRITE_FAILED', `Textfile "${absolute}" cannot be written: ${reason}`, { cause });
  }
}

function warnOmitted({ name }: MetricFamily, reason: string): void {
  process.emitWarning(`Metric "${name}" was omitted from a textfile: ${reason}`, {
    type: 'TextfileWarning',
    code: 'INVALID_FAMILY',
  });
}

function checkPath(file: unknown): asserts file is string {
  if (typeof file !== 'string') {
    throw typeError('INVALID_OPTION', `The path of a textfile must be a string; got ${describeValue(file)}`);
  }
  if (!file.endsWith('.prom') || file.includes('\0')) {
    const found = describeValue(file);
    throw rangeError(
      'INVALID_OPTION',
      `The path of a textfile must end in ".prom" and contain no null character; got ${found}`,
    );
  }
}

function checkOptions(options: WriteTextfileOptions): { readonly gatherer: Gatherer; readonly strict: boolean } {
  checkOptionNames('writeTextfile', options, OPTION_NAMES, COUNTERPARTS);
  const { registry, strict = false } = options;
  checkBoolean('strict', strict);
  return { gatherer: readGathererOption('registry', registry) ?? defaultGatherer(), strict };
}

function refuseTimestamps({ name, size, timestampMs }: MetricFamily): void {
  if (!timestampMs?.subarray(0, size).some((ms) => !Number.isNaN(ms))) return;
  throw rangeError(
    'INVALID_FAMILY',
    `Metric "${name}" has timestamps, which node_exporter refuses in a textfile; remove the timestamps`,
  );
}
