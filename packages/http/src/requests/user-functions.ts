import { describeValue, typeError } from '@promwright/model';
import type { ActiveRequest, ExemplarLabels } from './active-request.ts';
import type { ErrorGuard } from './error-guard.ts';
import { activeTrace } from './exemplar-source.ts';
import type { ExtraLabels, RequestOptions } from './request-options.ts';
import { targetOf } from './request-target.ts';
import type { SkipRule } from './skip-rule.ts';

/** Values of extra labels by label name. */
export type ExtraValues = Readonly<Record<string, unknown>>;

interface RawRequest {
  readonly url?: string | undefined;
}

/**
 * Functions that the program passes as options. Their errors and wrong results are reported, never thrown.
 *
 * Functions that need the framework's request and response are not called for a request that has no framework.
 */
export class UserFunctions<Req, Res, L extends string> {
  readonly #options: RequestOptions<Req, Res, L>;
  readonly #skip: SkipRule<Req> | undefined;
  readonly #guard: ErrorGuard;

  constructor(options: RequestOptions<Req, Res, L>, skip: SkipRule<Req> | undefined, guard: ErrorGuard) {
    this.#options = options;
    this.#skip = skip;
    this.#guard = guard;
  }

  /**
   * True if the option `skip` excludes a request. If the option is a function, it is called only with the framework's request:
   * while `req` is `undefined`, no request is excluded.
   * @param raw request of the server. Its `url` is taken as the request target, unless `req` has an `originalUrl`
   */
  isSkipped(req: Req | undefined, raw: RawRequest): boolean {
    const skip = this.#skip;
    if (skip === undefined || (req === undefined && typeof this.#options.skip === 'function')) return false;
    return this.#guard.guarded(false, callSkip<Req>, skip, req, raw);
  }

  /** Returns the exemplar of a request that begins. */
  exemplarOf(request: ActiveRequest<Req, Res>): ExemplarLabels | undefined {
    const { exemplar = 'auto' } = this.#options;
    if (exemplar === false) return undefined;
    if (exemplar === 'auto') return this.#guard.guarded(undefined, activeTrace, request as ActiveRequest);
    return request.hasFramework ? this.#guard.guarded(undefined, exemplarOf<Req>, exemplar, request.req) : undefined;
  }

  /** Notes the route that the framework reports, the first time that there is a function to ask. */
  detectRoute(request: ActiveRequest<Req, Res>): void {
    const { routeSet } = request;
    if (request.isRouteDetected || request.routeOf === undefined || routeSet === false || typeof routeSet === 'string')
      return;
    request.isRouteDetected = true;
    request.detectedRoute = this.#guard.guarded(undefined, detectedRouteOf<Req, Res>, request);
  }

  /** Returns the route of a request: `undefined` if none matched, `false` if the request is not to be recorded. */
  routeOf(request: ActiveRequest<Req, Res>): string | false | undefined {
    const { routeSet } = request;
    if (routeSet === false || typeof routeSet === 'string') return routeSet;
    if (routeSet !== undefined)
      this.#guard.report(notARoute('The route of setRoute must be a string or false', routeSet));
    this.detectRoute(request);
    const detected = request.detectedRoute;
    const { route } = this.#options;
    if (detected === false || route === undefined || !request.hasFramework) return detected;
    return this.#guard.guarded(detected, namedRouteOf<Req, Res>, route, request, detected);
  }

  /** True if the option `skipRecord` excludes a finished request. */
  isRecordSkipped(request: ActiveRequest<Req, Res>): boolean {
    const { skipRecord } = this.#options;
    if (skipRecord === undefined || !request.hasFramework) return false;
    return this.#guard.guarded(false, isRecordSkipped<Req, Res>, skipRecord, request);
  }

  /** Returns the values of the option `extraLabels`: empty strings if the function cannot be called or fails. */
  extraValuesOf(request: ActiveRequest<Req, Res>): ExtraValues {
    const { extraLabels } = this.#options;
    if (extraLabels === undefined) return NO_VALUES;
    const values = request.hasFramework
      ? this.#guard.guarded<ExtraValues | undefined, typeof extraLabels, typeof request, unknown>(
          undefined,
          extraValuesOf<Req, Res, L>,
          extraLabels,
          request,
        )
      : undefined;
    return values ?? emptyValues(extraLabels.names);
  }

  /** Returns the value of one extra label. A value that is not a string is reported and replaced by an empty string. */
  extraValue(values: ExtraValues, name: string): string {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === 'string') return value;
    const found = describeValue(value);
    this.#guard.report(
      typeError('INVALID_LABEL_VALUE', `Option "extraLabels" must return a string for "${name}"; got ${found}`),
    );
    return '';
  }
}

const NO_VALUES: ExtraValues = Object.freeze({});

function callSkip<Req>(skip: SkipRule<Req>, req: Req | undefined, raw: RawRequest): boolean {
  return skip(req as Req, targetOf(hasWholeTarget(req) ? req : raw));
}

function exemplarOf<Req>(exemplar: (req: Req) => ExemplarLabels | undefined, req: Req): ExemplarLabels | undefined {
  return exemplar(req);
}

function detectedRouteOf<Req, Res>({ routeOf, req, res }: ActiveRequest<Req, Res>): string | false | undefined {
  return routeOf?.(req, res);
}

function namedRouteOf<Req, Res>(
  route: NonNullable<RequestOptions<Req, Res>['route']>,
  { req, res }: ActiveRequest<Req, Res>,
  detected: string | undefined,
): string | undefined {
  const named: unknown = route(req, res, detected);
  if (named !== undefined && typeof named !== 'string') throw notARoute('Option "route" must return a string', named);
  return named;
}

function isRecordSkipped<Req, Res>(
  skipRecord: NonNullable<RequestOptions<Req, Res>['skipRecord']>,
  request: ActiveRequest<Req, Res>,
): boolean {
  return skipRecord(request);
}

function extraValuesOf<Req, Res, L extends string>(
  extraLabels: ExtraLabels<Req, Res, L>,
  request: ActiveRequest<Req, Res>,
): ExtraValues {
  const values: unknown = extraLabels.values(request);
  if (typeof values === 'object' && values !== null) return values as ExtraValues;
  throw typeError('INVALID_LABELS', `Option "extraLabels" must return an object; got ${describeValue(values)}`);
}

function emptyValues(names: readonly string[]): ExtraValues {
  return Object.fromEntries(names.map((name) => [name, '']));
}

/** True if a framework keeps the target that the client sent; mounting a handler shortens `url`. */
function hasWholeTarget(req: unknown): req is { readonly originalUrl: string; readonly url?: string } {
  return typeof (req as { originalUrl?: unknown } | undefined)?.originalUrl === 'string';
}

function notARoute(rule: string, value: unknown): TypeError {
  return typeError('INVALID_OPTION', `${rule}; got ${describeValue(value)}`);
}
