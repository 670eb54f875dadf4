import {
  describeValue,
  errorMessage,
  labelsOfRow,
  type MetricFamily,
  PromwrightError,
  rangeError,
  typeError,
} from '@promwright/model';
import type { FamilyPaths, SeriesPaths } from './label-paths.ts';
import type { SampleColumn } from './sample-columns.ts';

/** Sample of the text format, without its value. */
export interface GraphiteSample {
  /** Name with the suffix `_bucket`, `_sum` or `_count`, if the sample has one. */
  readonly name: string;
  /** Labels, including `le` and `quantile`, in an object without prototype. Valid only during the call. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Returns the path of a sample, or `undefined` to omit the sample. */
export type PathFunction = (sample: GraphiteSample) => string | undefined;

/** Paths from a function of the user. `onError` is called for every sample for which it throws or returns an invalid path. */
export class CustomPaths implements SeriesPaths {
  readonly #pathOf: PathFunction;
  readonly #onError: (error: Error) => void;

  constructor(pathOf: PathFunction, onError: (error: Error) => void) {
    this.#pathOf = pathOf;
    this.#onError = onError;
  }

  forFamily(family: MetricFamily, columns: readonly SampleColumn[]): FamilyPaths {
    let current = -1;
    let labels: Record<string, string> = {};
    return {
      pathOf: (row, column) => {
        if (row !== current) {
          current = row;
          labels = labelsOfRow(family, row);
        }
        const { suffix, partLabel } = columns[column]!;
        const own = partLabel === undefined ? labels : withLabel(labels, partLabel.name, partLabel.value);
        return this.#call({ name: family.name + suffix, labels: own });
      },
    };
  }

  #call(sample: GraphiteSample): string | undefined {
    try {
      const path: unknown = this.#pathOf(sample);
      if (path !== undefined) checkPath(path);
      return path;
    } catch (cause) {
      const message = `Option "path" failed for sample "${sample.name}": ${errorMessage(cause)}`;
      this.#onError(new PromwrightError('INVALID_NAME', message, { cause }));
      return undefined;
    }
  }
}

/** Nodes between dots, and tags after semicolons, each as Carbon accepts it. */
const PATH = /^[^\s\p{Cc};.]+(?:\.[^\s\p{Cc};.]+)*(?:;[^\s\p{Cc};!^=]+=[^\s\p{Cc};~"][^\s\p{Cc};"]*)*$/u;

function checkPath(path: unknown): asserts path is string {
  if (typeof path !== 'string') {
    throw typeError('INVALID_NAME', `A path must be a string or undefined; got ${describeValue(path)}`);
  }
  if (PATH.test(path)) return;
  const rule = 'A path must consist of nodes between dots, and tags such as ";host=a", without white space';
  throw rangeError('INVALID_NAME', `${rule}; got ${describeValue(path)}`);
}

function withLabel(labels: Record<string, string>, name: string, value: string): Record<string, string> {
  const copy: Record<string, string> = Object.assign(Object.create(null), labels);
  copy[name] = value;
  return copy;
}
