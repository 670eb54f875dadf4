import type { LabelValue } from '@promwright/model';
import type { RequestOptions } from './request-options.ts';
import { statusLabel } from './status-label.ts';

/**
 * Values that select a request's series: the route, `undefined` if none matched; the method label; the status, 0 if none was
 * sent; then the values of {@link RequestLabels.rest}.
 */
export type RequestValues = readonly (LabelValue | undefined)[];

/** Indexes of the first values of a request. */
export const ROUTE = 0;
export const METHOD = 1;
export const STATUS = 2;
export const REST = 3;

/** Value of a request after the first three: a property of the request, or an extra label by name. */
export type RestValue =
  | { readonly kind: 'errorType' | 'scheme' | 'protocolVersion' }
  | { readonly kind: 'extra'; readonly name: string };

/** Label of the metrics of finished requests. */
export interface RequestLabel {
  readonly name: string;
  /** Index of the request's value that the label shows. */
  readonly at: number;
  /** Returns the label value for a value of the request. Called once for each series. */
  readonly show: (value: LabelValue | undefined) => LabelValue;
  /** Limit of distinct values. Default: the default limit of all metrics. */
  readonly limit?: number;
}

/** Labels of both conventions, and the values of a request that they need. */
export interface RequestLabels {
  readonly prometheus: readonly RequestLabel[];
  readonly otel: readonly RequestLabel[];
  readonly rest: readonly RestValue[];
}

/** Status of nginx for a client that left before the response. */
export const CLIENT_CLOSED_REQUEST = 499;
/** Limit of distinct names of error classes. */
const ERROR_TYPE_LIMIT = 100;

type Options = Pick<
  RequestOptions<never, never, string>,
  'convention' | 'labels' | 'status' | 'unmatchedRoute' | 'routeLimit' | 'extraLabels'
>;

/** @throws with code `INVALID_OPTION` for an invalid option `status` */
export function requestLabels(options: Options): RequestLabels {
  const { labels = {}, unmatchedRoute = '(unmatched)', routeLimit = 1000, extraLabels } = options;
  const { method = 'method', route = 'route', status = 'status_code' } = labels;
  const statusOf = statusLabel(options.status);
  const rest: RestValue[] = [];
  const restLabel = (value: RestValue, name: string, limit?: number): RequestLabel => {
    if (!rest.includes(value)) rest.push(value);
    return { name, at: REST + rest.indexOf(value), show: orEmpty, ...(limit !== undefined && { limit }) };
  };
  const label = (name: string | false, rule: Omit<RequestLabel, 'name'>) => (name === false ? [] : [{ name, ...rule }]);

  const scheme: RestValue = { kind: 'scheme' };
  const version: RestValue = { kind: 'protocolVersion' };
  const limit = extraLabels?.limit ?? 2000;
  const extra = (extraLabels?.names ?? []).map((name) => restLabel({ kind: 'extra', name }, name, limit));
  const unmatched = unmatchedRoute === false ? '' : unmatchedRoute;
  return {
    rest,
    prometheus: [
      ...label(method, { at: METHOD, show: orEmpty }),
      ...label(route, { at: ROUTE, show: (value) => value ?? unmatched, limit: routeLimit }),
      ...label(status, { at: STATUS, show: (value) => statusOf(value === 0 ? CLIENT_CLOSED_REQUEST : Number(value)) }),
      ...(labels.scheme ? [restLabel(scheme, 'scheme')] : []),
      ...(labels.protocolVersion ? [restLabel(version, 'protocol_version')] : []),
      ...extra,
    ],
    otel:
      (options.convention ?? 'prometheus') === 'prometheus'
        ? []
        : [
            ...label(method && 'http_request_method', { at: METHOD, show: orEmpty }),
            ...label(route && 'http_route', { at: ROUTE, show: orEmpty, limit: routeLimit }),
            // The label exists only if a status was sent (semantic conventions, HTTP metrics).
            ...label(status && 'http_response_status_code', {
              at: STATUS,
              show: (value) => (value === 0 ? '' : statusOf(Number(value))),
            }),
            restLabel({ kind: 'errorType' }, 'error_type', ERROR_TYPE_LIMIT),
            ...(labels.scheme ? [restLabel(scheme, 'url_scheme')] : []),
            ...(labels.protocolVersion ? [restLabel(version, 'network_protocol_version')] : []),
            ...extra,
          ],
  };
}

function orEmpty(value: LabelValue | undefined): LabelValue {
  return value ?? '';
}
