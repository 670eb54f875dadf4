import { expect, test } from 'vitest';
import { reservedNames } from './reserved-names.ts';

test.each([
  ['x_total', 'counter', ['x_total', 'x', 'x_created']],
  ['x', 'counter', ['x']],
  ['x', 'gauge', ['x']],
  ['x', 'histogram', ['x', 'x_bucket', 'x_count', 'x_sum', 'x_created']],
  ['x', 'gaugehistogram', ['x', 'x_bucket', 'x_gcount', 'x_gsum', 'x_count', 'x_sum']],
  ['x', 'summary', ['x', 'x_count', 'x_sum', 'x_created']],
  ['x_info', 'info', ['x_info', 'x']],
  ['x', 'stateset', ['x']],
  ['x', 'unknown', ['x']],
  ['http.requests_total', 'counter', ['http_requests_total', 'http_requests', 'http_requests_created']],
  ['http.requests', 'gauge', ['http_requests']],
] as const)('reservedNames of %s with type %s are %j', (name, type, names) => {
  expect(reservedNames(name, type)).toEqual(names);
});
