import { type MetricFamily, typeError } from '@promwright/model';
import { decodeLoosely, decodeUtf8 } from './decode-utf8.ts';
import { formatOfContentType, formatOfText, looksLikeProtobuf } from './document-format.ts';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { checkParseOptions, type ParseOptions } from './parse-options.ts';
import { parseProtobuf } from './protobuf/parse-protobuf.ts';
import { parseText } from './text/parse-text.ts';

/**
 * Reads a document in the format of its content type. Without a content type: protobuf if the bytes begin like protobuf,
 * OpenMetrics 1.0 if the last line is `# EOF`, else text 0.0.4.
 *
 * @example
 * const response = await fetch('http://localhost:9464/metrics');
 * const families = parse(await response.text(), response.headers.get('content-type') ?? undefined);
 * @throws ParseError at the first error; TypeError with code `INVALID_OPTION` for an unknown option; RangeError with code `INVALID_OPTION` for any other content type
 */
export function parse(body: string | Uint8Array, contentType?: string, options: ParseOptions = {}): MetricFamily[] {
  checkParseOptions('parse', options);
  const format = contentType === undefined ? undefined : formatOfContentType(contentType);
  const isProtobuf = format === undefined ? typeof body !== 'string' && looksLikeProtobuf(body) : format === 'protobuf';
  if (isProtobuf) {
    if (typeof body === 'string') throw typeError('INVALID_OPTION', 'Body in protobuf must be bytes; got a string');
    return parseProtobuf(body);
  }
  const text = typeof body === 'string' ? body : decodeLoosely(body);
  const textFormat = format ?? formatOfText(text);
  if (textFormat === 'text') return parseText(text, { strict: options.strict ?? false });
  // Bytes that are not UTF-8 are lone surrogates now; decoding them strictly throws the error of their place.
  const isBroken = typeof body !== 'string' && !text.isWellFormed();
  return parseOpenMetrics(isBroken ? decodeUtf8(body) : text, {
    version: textFormat === 'openmetrics-2' ? '2.0.0' : '1.0.0',
    strict: options.strict ?? false,
  });
}
