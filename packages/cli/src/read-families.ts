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

/** Options of all commands for reading sources. */
export const SOURCE_OPTIONS = {
  type: { type: 'string' },
  accept: { type: 'string' },
  header: { type: 'string', multiple: true },
  timeout: { type: 'string' },
} as const;

/** Help for {@link SOURCE_OPTIONS}. */
export const SOURCE_HELP = `A source is an http or https URL, a file, or - for standard input; each may be compressed by gzip.
  --type FORMAT       format of the source: text, text1, openmetrics, openmetrics2, protobuf, or a content type;
                      default: from the response, the file extension (.prom, .om, .pb), or the content
  --accept FORMAT     format to request from a server: a format as above, or the value of a header Accept
  --header 'K: V'     additional header of the request; may be repeated; not sent after a redirect to another origin
  --timeout SECONDS   time limit of the request; default 10
`;

/** Values of {@link SOURCE_OPTIONS} from the command line. */
export interface SourceValues {
  readonly type?: string | undefined;
  readonly accept?: string | undefined;
  readonly header?: string[] | undefined;
  readonly timeout?: string | undefined;
}

/** Reads the families of a source. */
export type FamilyReader = (source: string) => Promise<MetricFamily[]>;

/** Options of {@link familyReader}. */
export interface FamilyReaderOptions {
  /** Format to request from a server without the option `--accept`. */
  readonly preferred?: FormatName | undefined;
  /** True to refuse also the pages that only Prometheus' Go library refuses, with a message that says so. */
  readonly strict?: boolean;
}

/**
 * Returns a reader of sources. The reader throws InputError for a document that cannot be read or parsed.
 * @throws UsageError for a wrong value
 */
export function familyReader(
  values: SourceValues,
  { stdin }: CommandIo,
  { preferred, strict = false }: FamilyReaderOptions = {},
): FamilyReader {
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
    return parsed(document, type ?? document.contentType, strict);
  };
}

function parsed(document: SourceDocument, contentType: string | undefined, strict: boolean): MetricFamily[] {
  try {
    return parse(document.body, contentType, { strict });
  } catch (error) {
    if (!(error instanceof ParseError)) {
      throw new InputError(`${document.displayName}: ${errorMessage(error)}`, { cause: error });
    }
    const failure = parseFailure(document, error);
    if (!strict) throw failure;
    // The server's error comes first: a page that the server refuses is lost.
    parsed(document, contentType, false);
    throw new InputError(`${failure.message}\n${ONLY_SERVER}`, { cause: error });
  }
}

const ONLY_SERVER =
  "Prometheus' server reads this page; stricter readers, such as its Go library in promtool and node_exporter, refuse it";
