/**
 * Parses the weight of a clause of an `Accept...` header (RFC 9110, section 12.4.2): 0 to 1 with up to three decimals, such as
 * the 0.5 of `q=0.5`.
 * @param q text after `q=`; `undefined` if the clause has no weight, which means 1
 * @returns 0 for an invalid weight, so that the clause counts as refused
 */
export function parseWeight(q: string | undefined): number {
  if (q === undefined) return 1;
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0;
}
