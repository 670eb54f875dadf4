import { UsageError } from './errors.ts';

/** @throws UsageError unless it is an integer from 1 on */
export function integerOption(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new UsageError(`Option "${option}" must be an integer from 1 on; got ${JSON.stringify(text)}`);
  }
  return value;
}

/** The longest that Node waits for the headers of an answer, whatever it is told. */
const MAX_TIMEOUT_SECONDS = 300;

/** @throws UsageError unless it is a number of seconds that can be waited for */
export function timeoutOption(option: string, text: string): number {
  const seconds = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || !(seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS)) {
    throw new UsageError(
      `Option "${option}" must be seconds, above 0 and up to ${MAX_TIMEOUT_SECONDS}; got ${JSON.stringify(text)}`,
    );
  }
  return Math.max(1, Math.round(seconds * 1000));
}

/** @throws UsageError unless it is `/regex/flags`, or a regular expression without slashes */
export function patternOption(option: string, text: string): RegExp {
  const [, source = text, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  try {
    // A pattern with one of these flags would remember where it last matched.
    return new RegExp(source, flags.replaceAll(/[gy]/g, ''));
  } catch (error) {
    throw new UsageError(
      `Option "${option}" must be a regular expression; got ${JSON.stringify(text)}: ${syntaxErrorReason(error)}`,
    );
  }
}

/** @throws UsageError unless it is `Name: value`, of characters that may stand in a header */
export function headerOption(option: string, text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  const [name, value] = [text.slice(0, Math.max(colon, 0)).trim(), text.slice(colon + 1).trim()];
  try {
    new Headers([[name, value]]);
  } catch {
    // The value is not shown: it may be a secret.
    throw new UsageError(`Option "${option}" must be "Name: value"; got ${JSON.stringify(name)} and a value`);
  }
  return [name, value];
}

/** @throws UsageError unless it is one of the known values */
export function choiceOption<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found === undefined) {
    throw new UsageError(`Option "${option}" must be one of ${known.join(', ')}; got ${JSON.stringify(text)}`);
  }
  return found;
}

function syntaxErrorReason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^.*: /, '') : String(error);
}
