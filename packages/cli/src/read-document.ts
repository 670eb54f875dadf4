import { createReadStream } from 'node:fs';
import type { CommandIo } from './command-io.ts';
import { contentTypeOfFile } from './document-formats.ts';
import { InputError } from './errors.ts';
import { type FetchOptions, fetchDocument } from './fetch-document.ts';
import { fileReason } from './file-reason.ts';
import { printable } from './format.ts';
import { limitedBytes } from './limited-bytes.ts';
import type { SourceDocument } from './source-document.ts';

/**
 * The document that a source names: an address, `-` for standard input, or else a file.
 * @throws InputError if it cannot be had
 */
export async function readDocument(
  source: string,
  stdin: CommandIo['stdin'],
  options: FetchOptions,
): Promise<SourceDocument> {
  if (/^https?:/i.test(source)) return fetchDocument(source, options);
  const shown = source === '-' ? 'standard input' : printable(source);
  const contentType = contentTypeOfFile(source);
  try {
    const stream = source === '-' ? stdin : createReadStream(source);
    const body = await limitedBytes(stream, shown, options.maxBytes);
    return { shown, body, ...(contentType !== undefined && { contentType }) };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${shown}: ${printable(fileReason(error))}`, { cause: error });
  }
}
