/** How the body is encoded for the way. */
export type ContentCoding = 'gzip' | 'identity';

/**
 * The coding to answer with, by the reader's header `Accept-Encoding`: gzip where it is offered and welcome, unless the
 * reader likes the plain body better. A reader that takes neither gets the plain body (RFC 9110, section 12.5.3).
 */
export function negotiateCoding(
  acceptEncoding: string | readonly string[] | undefined,
  offered: readonly ContentCoding[],
): ContentCoding {
  if (acceptEncoding === undefined || !offered.includes('gzip')) return 'identity';
  const weights = weightsOf(String(acceptEncoding));
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0;
  const identity = weights.get('identity') ?? 0;
  return gzip > 0 && gzip >= identity ? 'gzip' : 'identity';
}

function weightsOf(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const clause of header.split(',')) {
    const [coding = '', ...parameters] = clause.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    weights.set(coding, q === undefined ? 1 : weightOf(q));
  }
  return weights;
}

/** RFC 9110, section 12.4.2: 0 to 1 with three decimals. Something else is taken as no wish at all. */
function weightOf(q: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0;
}
