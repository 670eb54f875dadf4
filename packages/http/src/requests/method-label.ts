import { describeValue, typeError } from '@promwright/model';

/** The methods of RFC 9110, with PATCH (RFC 5789) and QUERY: what OpenTelemetry's conventions know. */
const KNOWN_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
];

/** What every method that is not known is counted under, as in OpenTelemetry's conventions. */
const OTHER_METHOD = '_OTHER';

/**
 * What the label `method` shows. A client chooses among 35 methods, each a series more for every route that takes any, so
 * only known ones are shown.
 */
export class MethodLabel {
  readonly #known: ReadonlySet<string>;

  /** @throws TypeError with code `INVALID_OPTION` unless it is given an array of names */
  constructor(knownMethods: readonly string[] = fromEnvironment() ?? KNOWN_METHODS) {
    if (!Array.isArray(knownMethods) || knownMethods.some((method) => typeof method !== 'string' || method === '')) {
      throw typeError(
        'INVALID_OPTION',
        `Option "knownMethods" must be an array of method names; got ${describeValue(knownMethods)}`,
      );
    }
    this.#known = new Set(knownMethods);
  }

  of(method: string | undefined): string {
    return method !== undefined && this.#known.has(method) ? method : OTHER_METHOD;
  }
}

/** What OpenTelemetry's conventions have the user of any library say: the whole list, separated by commas. */
function fromEnvironment(): readonly string[] | undefined {
  const methods = environmentVariable('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS')
    ?.split(',')
    .flatMap((method) => method.trim() || []);
  return methods?.length ? methods : undefined;
}

function environmentVariable(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } };
  try {
    return process?.env?.[name];
  } catch {
    // Deno throws for a variable that the program may not read.
    return undefined;
  }
}
