import { formatOpenMetrics, formatProtobuf, formatText } from '@promwright/exposition';
import type { MetricFamily, MetricType } from '@promwright/model';
import { parseOpenMetrics } from '../src/openmetrics/parse-open-metrics.ts';
import { parseProtobuf } from '../src/protobuf/parse-protobuf.ts';
import { parseText } from '../src/text/parse-text.ts';
import type { Features } from './any-family.ts';
import { encodeOpenMetrics2 } from './encode-open-metrics-2.ts';
import { encodeProtobuf } from './encode-protobuf.ts';
import { familyOf, type PlainFamily } from './family-of.ts';

/** Format with a function that writes families and a function that reads them. */
export interface RoundTrip {
  readonly name: string;
  readonly features: Features;
  readonly there: (families: readonly PlainFamily[]) => string | Uint8Array;
  readonly back: (document: never) => MetricFamily[];
}

const TEXT_TYPES: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'summary', 'unknown'];
const OPENMETRICS_TYPES: readonly MetricType[] = [...TEXT_TYPES, 'gaugehistogram', 'info', 'stateset'];
const EVERYTHING: Features = {
  types: OPENMETRICS_TYPES,
  utf8: true,
  units: true,
  starts: true,
  exemplars: true,
  native: true,
  anyNumbers: true,
  negativeTimes: true,
};

/** Every format and writer; a new format or writer is one entry here. */
export const ROUND_TRIPS: readonly RoundTrip[] = [
  {
    name: 'text 0.0.4',
    features: { types: TEXT_TYPES, anyNumbers: true, absentTotals: true },
    there: (families) => formatText(families.map(familyOf)),
    back: (text: string) => parseText(text, { utf8: false }),
  },
  {
    name: 'text 1.0.0',
    features: { types: TEXT_TYPES, utf8: true, anyNumbers: true, absentTotals: true },
    there: (families) => formatText(families.map(familyOf), { version: '1.0.0' }),
    back: (text: string) => parseText(text),
  },
  {
    name: 'OpenMetrics 1.0',
    features: { types: OPENMETRICS_TYPES, utf8: true, units: true, negativeTimes: true, starts: true, exemplars: true },
    there: (families) => formatOpenMetrics(families.map(familyOf), { escaping: 'allow-utf-8', created: true }),
    back: (text: string) => parseOpenMetrics(text),
  },
  {
    name: 'OpenMetrics 2.0',
    features: EVERYTHING,
    there: (families) => formatOpenMetrics(families.map(familyOf), { version: '2.0.0' }),
    back: (text: string) => parseOpenMetrics(text, { version: '2.0.0' }),
  },
  {
    name: 'protobuf',
    features: { ...EVERYTHING, types: [...TEXT_TYPES, 'gaugehistogram'] },
    there: (families) => formatProtobuf(families.map(familyOf), { escaping: 'allow-utf-8' }),
    back: parseProtobuf,
  },
  // Layouts that the formats allow and our writers never produce.
  {
    name: 'OpenMetrics 2.0 of another writer',
    features: EVERYTHING,
    there: encodeOpenMetrics2,
    back: (text: string) => parseOpenMetrics(text, { version: '2.0.0' }),
  },
  {
    name: 'protobuf of another writer',
    features: { ...EVERYTHING, types: [...TEXT_TYPES, 'gaugehistogram'] },
    there: (families) => encodeProtobuf(families),
    back: parseProtobuf,
  },
  {
    name: 'protobuf of another writer, with packed fields',
    features: { ...EVERYTHING, types: [...TEXT_TYPES, 'gaugehistogram'] },
    there: (families) => encodeProtobuf(families, true),
    back: parseProtobuf,
  },
];
