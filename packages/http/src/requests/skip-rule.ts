import { describeValue, typeError } from '@promwright/model';
import { pathnameOf } from './request-target.ts';

/** Option `skip`: excluded requests by path, by pattern of the path, or by a function that returns true. */
export type Skip<Req> = readonly (string | RegExp)[] | ((req: Req) => boolean);

/** Returns true for a request that is excluded. */
export type SkipRule<Req> = (req: Req, target: string) => boolean;

/**
 * Returns the option as one function; `undefined` if it excludes nothing.
 * @throws TypeError with code `INVALID_OPTION` for anything but a function or an array of strings and patterns
 */
export function skipRule<Req>(skip: Skip<Req> = []): SkipRule<Req> | undefined {
  if (typeof skip === 'function') return (req) => skip(req);
  if (!Array.isArray(skip)) throw invalid(skip);
  if (skip.length === 0) return undefined;
  const paths = new Set<string>();
  const patterns: RegExp[] = [];
  for (const entry of skip as readonly unknown[]) {
    if (typeof entry === 'string') paths.add(entry);
    // A global or sticky pattern continues at its last match, and would miss every other request.
    else if (entry instanceof RegExp) patterns.push(new RegExp(entry.source, entry.flags.replace(/[gy]/g, '')));
    else throw invalid(entry);
  }
  return (_req, target) => {
    const pathname = pathnameOf(target);
    return paths.has(pathname) || patterns.some((pattern) => pattern.test(pathname));
  };
}

function invalid(value: unknown): TypeError {
  return typeError(
    'INVALID_OPTION',
    `Option "skip" must be a function or an array of paths and regular expressions; got ${describeValue(value)}`,
  );
}
