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

/** What a path is asked for: a sample of the text format, without its value. */
export interface GraphiteSample {
  /** With its suffix: `_bucket`, `_sum`, `_count`. */
  readonly name: string;
  /** `le` and `quantile` included; has no prototype. Lent for the call alone. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Gives a sample its path, or leaves it out by `undefined`. */
export type PathFunction = (sample: GraphiteSample) => string | undefined;

/** Paths by a function of the user; `onError` is told of every sample that it throws for, or gives nonsense. */
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
        const { suffix, extra } = columns[column]!;
        const own = extra === undefined ? labels : withLabel(labels, extra.name, extra.value);
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
      const message = `Option "path" gives no path for sample "${sample.name}": ${errorMessage(cause)}`;
      this.#onError(new PromwrightError('INVALID_NAME', message, { cause }));
      return undefined;
    }
  }
}

/** Nodes between dots, and tags behind semicolons, each as Carbon takes it. */
const PATH = /^[^\s\p{Cc};.]+(?:\.[^\s\p{Cc};.]+)*(?:;[^\s\p{Cc};!^=]+=[^\s\p{Cc};~"][^\s\p{Cc};"]*)*$/u;

function checkPath(path: unknown): asserts path is string {
  if (typeof path !== 'string') {
    throw typeError('INVALID_NAME', `A path must be a string or undefined; got ${describeValue(path)}`);
  }
  if (PATH.test(path)) return;
  const rule = 'A path must hold nodes between dots, and tags such as ";host=a", without white space';
  throw rangeError('INVALID_NAME', `${rule}; got ${describeValue(path)}`);
}

function withLabel(labels: Record<string, string>, name: string, value: string): Record<string, string> {
  const copy: Record<string, string> = Object.assign(Object.create(null), labels);
  copy[name] = value;
  return copy;
}
