import { createReadStream } from 'node:fs';
import type { CommandIo } from './command-io.ts';
import { contentTypeOfFile } from './document-formats.ts';
import { InputError } from './errors.ts';
import { type FetchOptions, fetchDocument } from './fetch-document.ts';
import { fileErrorMessage } from './file-error-message.ts';
import { escapeControls } from './format.ts';
import { gunzipped } from './gunzipped.ts';
import { limitedBytes } from './limited-bytes.ts';
import type { SourceDocument } from './source-document.ts';
import { withoutCredentials } from './without-credentials.ts';

/**
 * Reads the document of a source: a URL, `-` for standard input, or a file. Decompresses gzip.
 * @throws InputError if the document cannot be read
 */
export async function readDocument(
  source: string,
  stdin: CommandIo['stdin'],
  options: FetchOptions,
): Promise<SourceDocument> {
  const document = /^https?:/i.test(source)
    ? await fetchDocument(source, options)
    : await readFileOrStdin(source, stdin, options.maxBytes);
  return { ...document, body: await gunzipped(document.body, document.displayName, options.maxBytes) };
}

async function readFileOrStdin(source: string, stdin: CommandIo['stdin'], maxBytes: number): Promise<SourceDocument> {
  const displayName = source === '-' ? 'standard input' : escapeControls(withoutCredentials(source));
  const contentType = contentTypeOfFile(source.replace(/\.gz$/i, ''));
  try {
    const stream = source === '-' ? stdin : createReadStream(source);
    const body = await limitedBytes(stream, displayName, maxBytes);
    return { displayName, body, ...(contentType !== undefined && { contentType }) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const isMissing =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    const advice = isMissing ? urlAdvice(displayName) : '';
    throw new InputError(`${displayName}: ${escapeControls(fileErrorMessage(error))}${advice}`, { cause: error });
  }
}

/** Suggests a URL for a source like `localhost:9464`. */
function urlAdvice(source: string): string {
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\]):\d+(?:[/?].*)?$/is.test(source)) return '';
  return `; did you mean "http://${source}${/[/?]/.test(source) ? '' : '/metrics'}"?`;
}
