import {
  checkInteger,
  checkOneOf,
  errorMessage,
  type MetricSettings,
  type NameValidationScheme,
  notify,
  optionTypeError,
  PromwrightError,
} from '@promwright/model';

/** Options of a registry for its metrics. */
export interface RegistrySettingsOptions {
  /**
   * Treatment of a wrong observation, such as a label value that is no string, or a negative increase of a counter.
   * `report` (default) drops the observation, counts it in `promwright_invalid_observations_total` and warns once for each
   * metric, because metrics must not break the program. `throw` throws the error, for tests. A function receives the error;
   * the observation is dropped and counted. Wrong definitions always throw.
   */
  readonly onInvalid?: 'report' | 'throw' | ((error: unknown) => void);
  /**
   * Character set of metric and label names: letters, digits, `_` and `:` (`legacy`, default), or any Unicode (`utf8`), for
   * Prometheus 3. Servers that do not ask for UTF-8 names get escaped names.
   */
  readonly nameValidationScheme?: NameValidationScheme;
  /**
   * Limit of the length of a label value, in UTF-16 units. Default 4096. A longer value is cut and ends in `…`; values that
   * are then equal count in one series.
   */
  readonly labelValueLengthLimit?: number;
}

const DEFAULT_LENGTH_LIMIT = 4096;

/** Settings of a registry for its metrics, and the counts of wrong observations. */
export class RegistrySettings implements MetricSettings {
  nameValidationScheme!: NameValidationScheme;
  labelValueLengthLimit!: number;
  /** Number of wrong observations, by metric. */
  readonly invalidObservations: Map<string, number> = new Map();
  #onInvalid: 'report' | 'throw' | ((error: unknown) => void) = 'report';

  /** @throws with code `INVALID_OPTION` */
  constructor(options: RegistrySettingsOptions = {}) {
    this.configure(options);
  }

  /**
   * Replaces all settings; the counts stay.
   * @throws with code `INVALID_OPTION`; the settings are then unchanged
   */
  configure(options: RegistrySettingsOptions): void {
    const {
      onInvalid = 'report',
      nameValidationScheme = 'legacy',
      labelValueLengthLimit = DEFAULT_LENGTH_LIMIT,
    } = options;
    if (onInvalid !== 'report' && onInvalid !== 'throw' && typeof onInvalid !== 'function') {
      throw optionTypeError('onInvalid', '"report", "throw" or a function', onInvalid);
    }
    checkOneOf('nameValidationScheme', nameValidationScheme, ['legacy', 'utf8']);
    if (labelValueLengthLimit !== Infinity) {
      checkInteger('labelValueLengthLimit', labelValueLengthLimit, 1, Number.MAX_SAFE_INTEGER);
    }
    this.#onInvalid = onInvalid;
    this.nameValidationScheme = nameValidationScheme;
    this.labelValueLengthLimit = labelValueLengthLimit;
  }

  reportInvalid(metric: string, error: unknown): void {
    showCaller(error);
    const onInvalid = this.#onInvalid;
    if (onInvalid === 'throw') throw error;
    const count = (this.invalidObservations.get(metric) ?? 0) + 1;
    this.invalidObservations.set(metric, count);
    if (onInvalid !== 'report') notify(onInvalid, error);
    // Reading an error of the program, such as the error of a getter, may throw.
    else if (count === 1) notify((first) => warn(metric, first), error);
  }
}

/**
 * Begins the stack of an error of ours here: the frames of checks and look-ups would leave no room for the caller's frame among
 * the ten frames of a stack.
 */
function showCaller(error: unknown): void {
  const { captureStackTrace } = Error as { captureStackTrace?: (error: object) => void };
  if (error instanceof PromwrightError) captureStackTrace?.(error);
}

interface WarningOptions {
  readonly type: string;
  readonly code: string;
  readonly detail: string;
}

function warn(metric: string, error: unknown): void {
  const { process, console } = globalThis as {
    process?: { emitWarning?: (message: string, options: WarningOptions) => void };
    console?: { warn(message: string): void };
  };
  const message = `Wrong observations of metric "${metric}" are dropped; the first: ${errorMessage(error)}`;
  const detail = (error instanceof Error && error.stack) || '';
  const code = 'PROMWRIGHT_INVALID_OBSERVATION';
  if (process?.emitWarning !== undefined) process.emitWarning(message, { type: 'PromwrightWarning', code, detail });
  else console?.warn(`${message}\n${detail}`);
}
