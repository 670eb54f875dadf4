import path from 'node:path';
import { readGathererOption } from '@promwright/exporter';
import { ExpositionWriter, TEXT_FORMAT } from '@promwright/exposition';
import {
  checkBoolean,
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

/** How {@link writeTextfile} gathers. */
export interface WriteTextfileOptions {
  /** What is written: a registry, or several as one. Default: the default registry. */
  readonly registry?: Gatherer | readonly Gatherer[];
  /** Whether to write nothing at all when a collector fails, instead of leaving its metrics out. Default false. */
  readonly strict?: boolean;
}

/**
 * Writes all metrics into a file for the textfile collector of node_exporter, in the text format 0.0.4. The collector never
 * sees half of it: a temporary file beside it, of a name that the collector does not read, takes its place when it is whole.
 * Of several writers of one file the last one wins.
 *
 * A new file can be read by everybody (mode 0644). One that is replaced leaves its permissions, and where the process may give
 * files away its owner. A symbolic link stays, and what it leads to is replaced. When anything fails, the file stays as it was.
 *
 * Holds up the program for some milliseconds at a time at most, however much there is to write.
 *
 * @example
 * await writeTextfile('/var/lib/node_exporter/backup.prom');
 * @throws TypeError or RangeError with code `INVALID_OPTION` for a path that does not end in `.prom`, which the collector would
 *   not read, or a wrong option; with code `INVALID_FAMILY` for metrics with timestamps, for which the collector refuses a
 *   file; with code `WRITE_FAILED`, and the reason as `cause`, if the file cannot be written
 */
export async function writeTextfile(file: string, options: WriteTextfileOptions = {}): Promise<void> {
  checkPath(file);
  // Before the first wait, in which the program may change its folder.
  const absolute = path.resolve(file);
  const { gatherer, strict } = checkOptions(options);
  const families = await gatherer.gather({ strict });
  for (const family of families) refuseTimestamps(family);
  try {
    await replaceFile(absolute, new ExpositionWriter({ reuse: false }).write(families, TEXT_FORMAT));
  } catch (cause) {
    const reason = errorMessage(cause);
    throw new PromwrightError('WRITE_FAILED', `Textfile "${absolute}" cannot be written: ${reason}`, { cause });
  }
}

function checkPath(file: unknown): asserts file is string {
  if (typeof file !== 'string') {
    throw typeError('INVALID_OPTION', `The path of a textfile must be a string; got ${describeValue(file)}`);
  }
  if (!file.endsWith('.prom') || file.includes('\0')) {
    const found = describeValue(file);
    throw rangeError('INVALID_OPTION', `The path of a textfile must end in ".prom" and hold no null; got ${found}`);
  }
}

function checkOptions(options: WriteTextfileOptions): { readonly gatherer: Gatherer; readonly strict: boolean } {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `writeTextfile takes an object of options; got ${describeValue(options)}`);
  }
  const { registry, strict = false } = options;
  checkBoolean('strict', strict);
  return { gatherer: readGathererOption('registry', registry) ?? defaultGatherer(), strict };
}

function refuseTimestamps({ name, size, timestampMs }: MetricFamily): void {
  if (!timestampMs?.subarray(0, size).some((ms) => !Number.isNaN(ms))) return;
  throw rangeError(
    'INVALID_FAMILY',
    `Metric "${name}" cannot be in a textfile with timestamps, which node_exporter refuses; leave them out`,
  );
}
