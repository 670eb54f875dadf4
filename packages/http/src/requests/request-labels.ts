import type { LabelValue } from '@promwright/model';
import type { RequestOptions } from './request-options.ts';
import { statusLabel } from './status-label.ts';

/**
 * What tells a request's series from others. First the route, `undefined` if none matched, the method as its label shows it,
 * and the status, 0 if none was sent; then what {@link RequestLabels.rest} names.
 */
export type RequestValues = readonly (LabelValue | undefined)[];

/** Where the first values of a request stand. */
export const ROUTE = 0;
export const METHOD = 1;
export const STATUS = 2;
export const REST = 3;

/** A value of a request behind the first ones: an own label by its name, or one of ours. */
export type RestValue =
  | { readonly kind: 'errorType' | 'scheme' | 'protocolVersion' }
  | { readonly kind: 'extra'; readonly name: string };

/** A label of the families that are recorded at the end of a request. */
export interface RequestLabel {
  readonly name: string;
  /** Which of the request's values it shows. */
  readonly at: number;
  /** Makes the label's value of that one. Asked once for each series. */
  readonly show: (value: LabelValue | undefined) => LabelValue;
  /** How many values are told apart; the default of all metrics without one. */
  readonly limit?: number;
}

/** The labels of the conventions that are shown, and what they need. */
export interface RequestLabels {
  readonly prometheus: readonly RequestLabel[];
  readonly otel: readonly RequestLabel[];
  readonly rest: readonly RestValue[];
}

/** nginx's status for a client that left before there was an answer. */
export const CLIENT_CLOSED_REQUEST = 499;
/** Values are names of error classes. */
const ERROR_TYPE_LIMIT = 100;

type Options = Pick<
  RequestOptions<never, never, string>,
  'convention' | 'labels' | 'status' | 'unmatchedRoute' | 'routeLimit' | 'extraLabels'
>;

/** @throws with code `INVALID_OPTION` for a wrong option `status` */
export function requestLabels(options: Options): RequestLabels {
  const { labels = {}, unmatchedRoute = '(unmatched)', routeLimit = 1000, extraLabels } = options;
  const { method = 'method', route = 'route', status = 'status_code' } = labels;
  const statusOf = statusLabel(options.status);
  const rest: RestValue[] = [];
  const own = (value: RestValue, name: string, limit?: number): RequestLabel => {
    if (!rest.includes(value)) rest.push(value);
    return { name, at: REST + rest.indexOf(value), show: text, ...(limit !== undefined && { limit }) };
  };
  const label = (name: string | false, rule: Omit<RequestLabel, 'name'>) => (name === false ? [] : [{ name, ...rule }]);

  const scheme: RestValue = { kind: 'scheme' };
  const version: RestValue = { kind: 'protocolVersion' };
  const limit = extraLabels?.limit ?? 2000;
  const extra = (extraLabels?.names ?? []).map((name) => own({ kind: 'extra', name }, name, limit));
  const unmatched = unmatchedRoute === false ? '' : unmatchedRoute;
  return {
    rest,
    prometheus: [
      ...label(method, { at: METHOD, show: text }),
      ...label(route, { at: ROUTE, show: (value) => value ?? unmatched, limit: routeLimit }),
      ...label(status, { at: STATUS, show: (value) => statusOf(value === 0 ? CLIENT_CLOSED_REQUEST : Number(value)) }),
      ...(labels.scheme ? [own(scheme, 'scheme')] : []),
      ...(labels.protocolVersion ? [own(version, 'protocol_version')] : []),
      ...extra,
    ],
    otel:
      (options.convention ?? 'prometheus') === 'prometheus'
        ? []
        : [
            ...label(method && 'http_request_method', { at: METHOD, show: text }),
            ...label(route && 'http_route', { at: ROUTE, show: text, limit: routeLimit }),
            // Only a status that was sent is one (semantic conventions, HTTP metrics).
            ...label(status && 'http_response_status_code', {
              at: STATUS,
              show: (value) => (value === 0 ? '' : statusOf(Number(value))),
            }),
            own({ kind: 'errorType' }, 'error_type', ERROR_TYPE_LIMIT),
            ...(labels.scheme ? [own(scheme, 'url_scheme')] : []),
            ...(labels.protocolVersion ? [own(version, 'network_protocol_version')] : []),
            ...extra,
          ],
  };
}

function text(value: LabelValue | undefined): LabelValue {
  return value ?? '';
}
