import { describeValue, typeError } from '@promwright/model';

/** Methods of RFC 9110, with PATCH (RFC 5789) and QUERY: the known methods of OpenTelemetry's conventions. */
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

/** Label value of all unknown methods, as in OpenTelemetry's conventions. */
const OTHER_METHOD = '_OTHER';

/**
 * Values of the label `method`. A client can choose among 35 methods, and each is a series more for every route that accepts
 * any method, so only known methods are shown.
 */
export class MethodLabel {
  readonly #known: ReadonlySet<string>;

  /** @throws TypeError with code `INVALID_OPTION` for anything but an array of names */
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

/** Reads the variable by which OpenTelemetry's conventions let users replace the known methods, separated by commas. */
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
    // Deno throws if the program may not read the variable.
    return undefined;
  }
}
