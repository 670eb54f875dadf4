import { describeValue, rangeError } from '@promwright/model';

/** Format of a document. */
export type DocumentFormat = 'text' | 'openmetrics-1' | 'openmetrics-2' | 'protobuf';

/**
 * Returns the format of a `Content-Type`.
 * @throws RangeError with code `INVALID_OPTION` for any other content type
 */
export function formatOfContentType(contentType: string): DocumentFormat {
  const [media = '', ...rest] = contentType.split(';');
  const parameters = new Map(
    rest.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')];
    }),
  );
  switch (media.trim().toLowerCase()) {
    case 'text/plain':
      return 'text';
    case 'application/openmetrics-text':
      return parameters.get('version')?.startsWith('2.') ? 'openmetrics-2' : 'openmetrics-1';
    case 'application/vnd.google.protobuf':
      if (
        (parameters.get('proto') ?? MESSAGE) === MESSAGE &&
        (parameters.get('encoding') ?? 'delimited') === 'delimited'
      ) {
        return 'protobuf';
      }
  }
  throw rangeError(
    'INVALID_OPTION',
    `Content type must be of Prometheus text, OpenMetrics or delimited protobuf; got ${describeValue(contentType)}`,
  );
}

const MESSAGE = 'io.prometheus.client.MetricFamily';

/** Returns the format of a text without a content type. The last line of OpenMetrics is `# EOF`. */
export function formatOfText(text: string): DocumentFormat {
  return /(?:^|\n)# EOF\n?$/.test(text.slice(-8)) ? 'openmetrics-1' : 'text';
}

/**
 * Returns true if a document without a content type begins like protobuf: with a length and a family of this length, whose
 * first field is the name, before another known field. A text that passes would begin with blank lines of exactly the right
 * lengths.
 */
export function looksLikeProtobuf(bytes: Uint8Array): boolean {
  const family = varintAt(bytes, 0);
  if (family === undefined || bytes[family.end] !== NAME_TAG) return false;
  const name = varintAt(bytes, family.end + 1);
  if (name === undefined) return false;
  const familyEnd = family.end + family.value;
  const nameEnd = name.end + name.value;
  if (nameEnd === familyEnd) return name.value > 0;
  return nameEnd < familyEnd && FOLLOWING_TAGS.includes(bytes[nameEnd] ?? 0);
}

const NAME_TAG = 0x0a;
/** Tags of the fields help, type, metric and unit. */
const FOLLOWING_TAGS = [0x12, 0x18, 0x22, 0x2a];

function varintAt(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return undefined;
}
