import { processState } from '@promwright/model';

/** Limit of kept templates, for programs that make routers all the time. */
const MAX_KEPT = 1000;

interface Joined {
  /** Joined templates, by outer and inner template. */
  readonly kept: Map<string, Map<string, string>>;
  count: number;
}

const joinedTemplates = /* @__PURE__ */ processState<Joined>('express-templates@1', () => ({
  kept: new Map(),
  count: 0,
}));

/**
 * Returns two templates joined, the same string for every request. A string that is joined anew has to be hashed again
 * whenever it is looked up, which takes half a microsecond.
 */
export function joinTemplates(outer: string, inner: string): string {
  if (outer === '') return inner;
  if (inner === '') return outer;
  const { kept } = joinedTemplates;
  const known = kept.get(outer)?.get(inner);
  if (known !== undefined) return known;
  const joined = outer + inner;
  if (joinedTemplates.count < MAX_KEPT) {
    joinedTemplates.count++;
    const ofOuter = kept.get(outer);
    if (ofOuter === undefined) kept.set(outer, new Map([[inner, joined]]));
    else ofOuter.set(inner, joined);
  }
  return joined;
}
