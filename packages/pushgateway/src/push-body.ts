import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { abortable } from '@promwright/exporter';
import { ExpositionWriter, type Format, type OnOmitted, TEXT_FORMAT } from '@promwright/exposition';
import type { MetricFamily } from '@promwright/model';

/** Body of a push, with its headers. Every attempt sends the same bytes. */
export interface PushBody {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Format with the exact parameters by which a Pushgateway recognises protobuf. All other content types are parsed as text. */
const PROTOBUF_FORMAT: Format = {
  type: 'protobuf',
  version: '',
  escaping: 'underscores',
  contentType: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
};

/** Size of the smallest body that is compressed. Compressing a smaller body saves too little. */
const MIN_COMPRESSED_BYTES = 1024;

const compress = promisify(gzip);

/**
 * Encodes families in slices and compresses them in Node's thread pool, so that other work of the program is not
 * blocked.
 * @throws the signal's reason if the signal aborts
 */
export async function pushBody(
  families: readonly MetricFamily[],
  format: 'text' | 'protobuf',
  compression: 'gzip' | false,
  onOmitted: OnOmitted,
  signal: AbortSignal,
): Promise<PushBody> {
  const chosen = format === 'protobuf' ? PROTOBUF_FORMAT : TEXT_FORMAT;
  const chunks: Uint8Array[] = [];
  for await (const chunk of new ExpositionWriter({ reuse: false, onOmitted }).write(families, chosen)) {
    signal.throwIfAborted();
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const headers = { 'Content-Type': chosen.contentType };
  if (compression === false || bytes.length < MIN_COMPRESSED_BYTES) return { bytes, headers };
  return { bytes: await abortable(compress(bytes), signal), headers: { ...headers, 'Content-Encoding': 'gzip' } };
}
