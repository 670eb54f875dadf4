import type { EscapingScheme } from '@promwright/model';
import { type Format, TEXT_FORMAT } from './format.ts';
import { parseWeight } from './parse-weight.ts';

/**
 * Selects the format of a response by the header `Accept` of the request: the known format with the highest weight, or
 * the first of several equal ones. The wildcards for any media type and for any text type mean text 0.0.4. Returns text 0.0.4
 * if the header is absent or names no known format.
 *
 * Never throws, and copies nothing from the header into the content type. A header longer than 4 KiB is ignored.
 * @param offered formats to choose from, default all. The result is text 0.0.4 if the client accepts none of them
 */
export function negotiate(acceptHeader: string | null | undefined, offered?: readonly Format['type'][]): Format {
  if (!acceptHeader || acceptHeader.length > 4096) return TEXT_FORMAT;
  const clauses = splitOutsideQuotes(acceptHeader, ',')
    .map(parseClause)
    .filter(({ weight }) => weight > 0);
  // Sorting is stable: clauses of equal weight stay in the order of the header.
  clauses.sort((a, b) => b.weight - a.weight);
  for (const clause of clauses) {
    const format = formatOf(clause);
    if (format !== undefined && (offered === undefined || offered.includes(format.type))) return format;
  }
  return TEXT_FORMAT;
}

interface Clause {
  readonly media: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly weight: number;
}

function parseClause(text: string): Clause {
  const [media = '', ...rest] = splitOutsideQuotes(text, ';');
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals < 0) continue;
    const value = parameter.slice(equals + 1).trim();
    parameters.set(parameter.slice(0, equals).trim().toLowerCase(), unquote(value));
  }
  return { media: media.trim().toLowerCase(), parameters, weight: parseWeight(parameters.get('q')) };
}

function formatOf({ media, parameters }: Clause): Format | undefined {
  // OpenMetrics and text 1.0.0 always state the escaping scheme. The older formats state it only if the client asked.
  const version = parameters.get('version');
  const escaping = escapingOf(parameters);
  switch (media) {
    case 'application/openmetrics-text': {
      // Without a version, the client means the oldest stable one (OpenMetrics 1.0, "Protocol Negotiation").
      const known = OPENMETRICS_VERSIONS.get(version ?? '1.0.0');
      if (known === undefined) return undefined;
      const type = `application/openmetrics-text; version=${known}; charset=utf-8`;
      return withEscaping({ type: 'openmetrics', version: known, contentType: type }, escaping ?? 'underscores');
    }
    case 'application/vnd.google.protobuf': {
      const isFamilies = (parameters.get('proto') ?? PROTO_MESSAGE) === PROTO_MESSAGE;
      if (!isFamilies || (parameters.get('encoding') ?? 'delimited') !== 'delimited') return undefined;
      const type = `application/vnd.google.protobuf; proto=${PROTO_MESSAGE}; encoding=delimited`;
      const format = { type: 'protobuf', version: '', contentType: type } as const;
      return escaping === undefined ? { ...format, escaping: 'underscores' } : withEscaping(format, escaping);
    }
    case 'text/plain': {
      if (version === '1.0.0') {
        const type = 'text/plain; version=1.0.0; charset=utf-8';
        return withEscaping({ type: 'text', version, contentType: type }, escaping ?? 'underscores');
      }
      if (version !== undefined && version !== TEXT_FORMAT.version) return undefined;
      return escaping === undefined ? TEXT_FORMAT : withEscaping(TEXT_FORMAT, escaping);
    }
    case '*/*':
    case 'text/*':
      return TEXT_FORMAT;
    default:
      return undefined;
  }
}

const PROTO_MESSAGE = 'io.prometheus.client.MetricFamily';
/** Known versions. The map returns a constant, so that no part of the request's header gets into the content type. */
const OPENMETRICS_VERSIONS: ReadonlyMap<string, string> = new Map(
  ['1.0.0', '2.0.0'].map((version) => [version, version]),
);

function withEscaping(format: Omit<Format, 'escaping'>, escaping: EscapingScheme): Format {
  return { ...format, escaping, contentType: `${format.contentType}; escaping=${escaping}` };
}

const ESCAPING: ReadonlyMap<string, EscapingScheme> = new Map(
  (['allow-utf-8', 'underscores', 'dots', 'values'] as const).map((scheme) => [scheme, scheme]),
);

/** Returns a constant for the scheme, so that no part of the request's header gets into the response's. */
function escapingOf(parameters: ReadonlyMap<string, string>): EscapingScheme | undefined {
  return ESCAPING.get(parameters.get('escaping') ?? '');
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\' && quoted) i++;
    else if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;
}
