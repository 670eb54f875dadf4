import { createReadStream } from 'node:fs';
import type { CommandIo } from './command-io.ts';
import { contentTypeOfFile } from './document-formats.ts';
import { InputError } from './errors.ts';
import { type FetchOptions, fetchDocument } from './fetch-document.ts';
import { fileErrorMessage } from './file-error-message.ts';
import { escapeControls } from './format.ts';
import { limitedBytes } from './limited-bytes.ts';
import type { SourceDocument } from './source-document.ts';

/**
 * Reads the document of a source: a URL, `-` for standard input, or a file.
 * @throws InputError if the document cannot be read
 */
export async function readDocument(
  source: string,
  stdin: CommandIo['stdin'],
  options: FetchOptions,
): Promise<SourceDocument> {
  if (/^https?:/i.test(source)) return fetchDocument(source, options);
  const displayName = source === '-' ? 'standard input' : escapeControls(source);
  const contentType = contentTypeOfFile(source);
  try {
    const stream = source === '-' ? stdin : createReadStream(source);
    const body = await limitedBytes(stream, displayName, options.maxBytes);
    return { displayName, body, ...(contentType !== undefined && { contentType }) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${displayName}: ${escapeControls(fileErrorMessage(error))}`, { cause: error });
  }
}
