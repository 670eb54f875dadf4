import { UsageError } from './errors.ts';

/**
 * Parses the value of an option as an integer of at least 1.
 * @throws UsageError for another value
 */
export function integerOption(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new UsageError(`Option "${option}" must be an integer of at least 1; got ${JSON.stringify(text)}`);
  }
  return value;
}

/**
 * Parses the value of an option as a port.
 * @throws UsageError for another value
 */
export function portOption(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) {
    throw new UsageError(`Option "${option}" must be an integer from 0 to 65535; got ${JSON.stringify(text)}`);
  }
  return value;
}

/** Limit of `--timeout`: Node never waits longer for the headers of a response. */
const MAX_TIMEOUT_SECONDS = 300;

/**
 * Parses the value of an option as seconds, and returns milliseconds.
 * @throws UsageError for another value
 */
export function timeoutOption(option: string, text: string): number {
  const seconds = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || !(seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS)) {
    throw new UsageError(
      `Option "${option}" must be a number of seconds above 0, at most ${MAX_TIMEOUT_SECONDS}; got ${JSON.stringify(text)}`,
    );
  }
  return Math.max(1, Math.round(seconds * 1000));
}

/**
 * Parses the value of an option as `/regex/flags`, or as a regular expression without slashes.
 * @throws UsageError for another value
 */
export function patternOption(option: string, text: string): RegExp {
  const [, source = text, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  try {
    // With the flag g or y, a pattern would continue after its last match.
    return new RegExp(source, flags.replaceAll(/[gy]/g, ''));
  } catch (error) {
    throw new UsageError(
      `Option "${option}" must be a regular expression; got ${JSON.stringify(text)}: ${syntaxErrorReason(error)}`,
    );
  }
}

/**
 * Parses the value of an option as a header, `Name: value`.
 * @throws UsageError for another value
 */
export function headerOption(option: string, text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  const [name, value] = [text.slice(0, Math.max(colon, 0)).trim(), text.slice(colon + 1).trim()];
  try {
    new Headers([[name, value]]);
  } catch {
    // The message omits the value, which may be a secret.
    throw new UsageError(`Option "${option}" must be "Name: value"; got ${JSON.stringify(name)} and a value`);
  }
  return [name, value];
}

/**
 * Checks that the value of an option is a known value.
 * @throws UsageError for another value
 */
export function choiceOption<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((choice) => choice === text);
  if (found === undefined) {
    throw new UsageError(`Option "${option}" must be one of ${known.join(', ')}; got ${JSON.stringify(text)}`);
  }
  return found;
}

function syntaxErrorReason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^.*: /, '') : String(error);
}
