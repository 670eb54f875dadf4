import { parseWeight } from '@promwright/exposition';

/** Encoding of a body for the transport. */
export type ContentCoding = 'zstd' | 'gzip' | 'identity';

/**
 * Returns the coding of a response for the client's header `Accept-Encoding`: the offered coding with the highest weight, the
 * earlier of equals, unless the plain body has a higher weight. A client that accepts no offered coding gets the plain body
 * (RFC 9110, section 12.5.3).
 */
export function negotiateCoding(
  acceptEncoding: string | null | undefined,
  offered: readonly ('zstd' | 'gzip')[],
): ContentCoding {
  if (!acceptEncoding || offered.length === 0) return 'identity';
  const weights = weightsOf(acceptEncoding);
  let best: ContentCoding = 'identity';
  let bestWeight = weights.get('identity') ?? 0;
  for (const coding of offered) {
    const weight =
      weights.get(coding) ?? (coding === 'gzip' ? weights.get('x-gzip') : undefined) ?? weights.get('*') ?? 0;
    if (weight > bestWeight || (weight === bestWeight && weight > 0 && best === 'identity')) {
      best = coding;
      bestWeight = weight;
    }
  }
  return best;
}

/** True if a client refuses a plain body: by `identity;q=0`, or by `*;q=0` without `identity`. */
export function refusesPlain(acceptEncoding: string | null | undefined): boolean {
  if (!acceptEncoding) return false;
  const weights = weightsOf(acceptEncoding);
  return (weights.get('identity') ?? weights.get('*')) === 0;
}

function weightsOf(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const clause of header.split(',')) {
    const [coding = '', ...parameters] = clause.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    weights.set(coding, parseWeight(q));
  }
  return weights;
}
