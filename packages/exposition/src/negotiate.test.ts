import { describe, expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores';
const OPENMETRICS_UTF8 = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8';

const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

describe('negotiate', () => {
  test.each([
    [
      'of Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      OPENMETRICS_UTF8,
    ],
    [
      'of Prometheus 2.42',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      OPENMETRICS,
    ],
    [
      'of Prometheus 3 with native histograms enabled',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1',
      PROTOBUF,
    ],
    ['of a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', TEXT],
    ['of curl', '*/*', TEXT],
    ['that is absent', undefined, TEXT],
    ['that is empty', '', TEXT],
    ['of text alone', 'text/plain;version=0.0.4', TEXT],
    ['of text without version', 'text/plain', TEXT],
    ['of text with an escaping', 'text/plain;version=0.0.4; escaping=values;', `${TEXT}; escaping=values`],
    ['of OpenMetrics without version', 'application/openmetrics-text', OPENMETRICS],
    ['of an unknown version', 'application/openmetrics-text;version=7.0.0', TEXT],
    [
      'of OpenMetrics 2',
      'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8',
      OPENMETRICS_UTF8.replace('1.0.0', '2.0.0'),
    ],
    [
      'of text 1.0.0',
      'text/plain;version=1.0.0;escaping=dots',
      'text/plain; version=1.0.0; charset=utf-8; escaping=dots',
    ],
    [
      'of protobuf with an escaping',
      'application/vnd.google.protobuf;escaping=allow-utf-8',
      `${PROTOBUF}; escaping=allow-utf-8`,
    ],
    [
      'of protobuf as text',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text',
      TEXT,
    ],
    ['of other protobuf', 'application/vnd.google.protobuf;proto=other.Message;encoding=delimited', TEXT],
    ['with a higher weight for text', 'application/openmetrics-text;q=0.4,text/plain;q=0.5', TEXT],
    ['with equal weights, text first', 'text/plain,application/openmetrics-text', TEXT],
    ['that excludes OpenMetrics', 'application/openmetrics-text;q=0,*/*;q=0.1', TEXT],
    [
      'in capitals and with spaces',
      ' Application/OpenMetrics-Text ; Version = 1.0.0 ; Q=1.0 , text/plain;q=0.9',
      OPENMETRICS,
    ],
    [
      'with quoted parameters',
      'application/openmetrics-text;version="1.0.0";x="a,b;q=0";q=0.9,text/plain;q=0.5',
      OPENMETRICS,
    ],
    ['without a known format', 'image/png', TEXT],
    ['with an invalid weight', 'application/openmetrics-text;q=2,text/plain;q=0.1', TEXT],
    ['with an escaping in another clause', 'text/html;escaping=values,application/openmetrics-text', OPENMETRICS],
    ['with an unknown escaping', 'application/openmetrics-text;escaping=evil', OPENMETRICS],
  ])('selects the format for a header %s', (_, header, contentType) => {
    expect(negotiate(header).contentType).toBe(contentType);
  });
});

test.each([
  'application/openmetrics-text;escaping=x\r\nset-cookie: a=b',
  'application/openmetrics-text;version="1.0.0\\',
  ';;;,,,;q=;=,"',
  '"'.repeat(4000),
  'a/b;q=0.5,'.repeat(100_000),
  `application/openmetrics-text;${'x=1;'.repeat(900)}`,
])('negotiate copies nothing from a hostile header into the content type', (header) => {
  expect([TEXT, OPENMETRICS]).toContain(negotiate(header).contentType);
});
