import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { abortable } from '@promwright/exporter';
import { ExpositionWriter, type Format, TEXT_FORMAT } from '@promwright/exposition';
import type { MetricFamily } from '@promwright/model';

/** What a push sends; every attempt sends the same. */
export interface PushBody {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** The server takes protobuf by these very parameters, and everything else as text. */
const PROTOBUF_FORMAT: Format = {
  type: 'protobuf',
  version: '',
  escaping: 'underscores',
  contentType: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
};

/** Below this, in bytes, a body is not worth compressing. */
const MIN_COMPRESSED_BYTES = 1024;

const compress = promisify(gzip);

/**
 * Writes families in slices, and compresses them on another thread, so that the program's other work is not held up.
 * @throws the signal's reason, when that is aborted
 */
export async function pushBody(
  families: readonly MetricFamily[],
  format: 'text' | 'protobuf',
  compression: 'gzip' | false,
  signal: AbortSignal,
): Promise<PushBody> {
  const chosen = format === 'protobuf' ? PROTOBUF_FORMAT : TEXT_FORMAT;
  const chunks: Uint8Array[] = [];
  for await (const chunk of new ExpositionWriter({ reuse: false }).write(families, chosen)) {
    signal.throwIfAborted();
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const headers = { 'Content-Type': chosen.contentType };
  if (compression === false || bytes.length < MIN_COMPRESSED_BYTES) return { bytes, headers };
  return { bytes: await abortable(compress(bytes), signal), headers: { ...headers, 'Content-Encoding': 'gzip' } };
}
