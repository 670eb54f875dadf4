import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestName } from '@promwright/model';
import { UsageError } from './errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

/**
 * Parses the options and sources of a command.
 * @param sources limits of the number of sources
 * @throws UsageError for an unknown option, a missing or unexpected value, or a wrong number of sources
 */
export function readArguments<const O extends Options>(
  args: readonly string[],
  options: O,
  sources: { readonly min: number; readonly max: number },
): { values: Parsed<O>['values']; sources: string[] } {
  const { values, positionals } = parsed(args, options);
  if (positionals.length < sources.min) {
    const expected = sources.min === 1 ? 'a source: a URL, a file or -' : `${sources.min} sources: URLs, files or -`;
    throw new UsageError(`Command needs ${expected}; got ${positionals.length}`);
  }
  if (positionals.length > sources.max) {
    throw new UsageError(`Command accepts no further arguments; got ${JSON.stringify(positionals[sources.max])}`);
  }
  if (positionals.filter((source) => source === '-').length > 1) {
    throw new UsageError('Standard input can be only one of the sources; got - twice');
  }
  return { values, sources: positionals };
}

function parsed<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
    // The first sentence names the error; further sentences give advice that rarely applies.
    const message = error.message.split(/\.\s|\n/)[0]!.replace(/\.$/, '');
    const [, unknown] = /^Unknown option '--(.+)'$/.exec(message) ?? [];
    const nearest = unknown === undefined ? undefined : nearestName(unknown, [...Object.keys(options), 'help']);
    throw new UsageError(nearest === undefined ? message : `${message}; did you mean "--${nearest}"?`);
  }
}
