import { errorMessage, type MetricFamily } from '@promwright/model';
import { ParseError, parse } from '@promwright/parser';
import type { CommandIo } from './command-io.ts';
import { acceptFor, acceptOption, contentTypeOption, type FormatName } from './document-formats.ts';
import { InputError } from './errors.ts';
import { MAX_BODY_BYTES } from './limited-bytes.ts';
import { headerOption, timeoutOption } from './option-values.ts';
import { parseFailure } from './parse-failure.ts';
import { readDocument } from './read-document.ts';
import type { SourceDocument } from './source-document.ts';

/** The options of every command that say how to get a document and what it is. */
export const SOURCE_OPTIONS = {
  type: { type: 'string' },
  accept: { type: 'string' },
  header: { type: 'string', multiple: true },
  timeout: { type: 'string' },
} as const;

/** The help on them. */
export const SOURCE_HELP = `A source is an http or https URL, a file, or - for standard input.
  --type FORMAT       what it is written in: text, text1, openmetrics, openmetrics2, protobuf, or a content type;
                      otherwise the server or the end of the file name (.prom, .om, .pb) says it, or the content
  --accept FORMAT     what to ask a server for: one of these, or a header Accept
  --header 'K: V'     another header for the server; may be given more than once
  --timeout SECONDS   how long to wait for the server; 10 unless told
`;

/** Their values as they were given. */
export interface SourceValues {
  readonly type?: string | undefined;
  readonly accept?: string | undefined;
  readonly header?: string[] | undefined;
  readonly timeout?: string | undefined;
}

/** Gets the families of a source. */
export type FamilyReader = (source: string) => Promise<MetricFamily[]>;

/**
 * Makes what reads sources.
 * @param preferred what to ask a server for unless the option says it
 * @throws UsageError for a wrong value; what is made throws InputError for a document that cannot be had or read
 */
export function familyReader(values: SourceValues, { stdin }: CommandIo, preferred?: FormatName): FamilyReader {
  const type = values.type === undefined ? undefined : contentTypeOption('--type', values.type);
  const options = {
    accept: values.accept === undefined ? acceptFor(preferred) : acceptOption('--accept', values.accept),
    headers: (values.header ?? []).map((text) => headerOption('--header', text)),
    timeoutMs: timeoutOption('--timeout', values.timeout ?? '10'),
    maxBytes: MAX_BODY_BYTES,
    ignoreContentType: type !== undefined,
  };
  return async (source) => {
    const document = await readDocument(source, stdin, options);
    return parsed(document, type ?? document.contentType);
  };
}

function parsed(document: SourceDocument, contentType: string | undefined): MetricFamily[] {
  try {
    return parse(document.body, contentType);
  } catch (error) {
    if (error instanceof ParseError) throw parseFailure(document, error);
    throw new InputError(`${document.displayName}: ${errorMessage(error)}`, { cause: error });
  }
}
