import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

/**
 * Options and sources of a command.
 * @param sources how many sources it takes, at least and at most
 * @throws UsageError for an option that it does not have, a value that is missing or too much, or another number of sources
 */
export function readArguments<const O extends Options>(
  args: readonly string[],
  options: O,
  sources: { readonly least: number; readonly most: number },
): { values: Parsed<O>['values']; sources: string[] } {
  const { values, positionals } = parsed(args, options);
  if (positionals.length < sources.least) {
    const missing = sources.least - positionals.length;
    const expected =
      sources.least === 1 ? 'a source: a URL, a file or -' : `${sources.least} sources: URLs, files or -`;
    throw new UsageError(`Command must be given ${expected}; got ${sources.least - missing}`);
  }
  if (positionals.length > sources.most) {
    throw new UsageError(`Command takes no more arguments; got ${JSON.stringify(positionals[sources.most])}`);
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
    // The first sentence says what is wrong; more of them advise on matters that are rarely the reason.
    throw new UsageError(error.message.split(/\.\s|\n/)[0]!.replace(/\.$/, ''));
  }
}
