// Random integers of this process. Clients choose label values: with a known hash they could make all series fall into one run
// of the hash table, which every look-up would have to walk. Constants of the module, because V8 compiles constants into the code
// of a look-up, which would have to read the field of a table.

/** Hash of a series before its first label. */
export const HASH_SEED: number = /* @__PURE__ */ randomInteger();
/** Odd, so that the multiplication loses no bits. */
const MULTIPLIER: number = /* @__PURE__ */ randomInteger() | 1;

/** Returns the hash of a series with one more label; `id` is the id of the label's value. */
export function mix(hash: number, id: number): number {
  const mixed = Math.imul(hash ^ id, MULTIPLIER);
  return mixed ^ (mixed >>> 15);
}

/** Returns the hash of a series from its label ids. */
export function hashOf(ids: Int32Array, start: number, length: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < start + length; i++) hash = mix(hash, ids[i]!);
  return hash;
}

function randomInteger(): number {
  return (Math.random() * 2 ** 32) | 0;
}
