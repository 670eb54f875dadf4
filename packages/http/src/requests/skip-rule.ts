import { describeValue, typeError } from '@promwright/model';
import { pathnameOf } from './request-target.ts';

/** The option `skip`: requests that are not recorded, by path, by pattern of the path, or as a function says. */
export type Skip<Req> = readonly (string | RegExp)[] | ((req: Req) => boolean);

/**
 * The option as one function, `undefined` where nothing is skipped.
 * @throws TypeError with code `INVALID_OPTION` for anything but a function or an array of texts and patterns
 */
export function skipRule<Req>(skip: Skip<Req> = []): ((req: Req, target: string) => boolean) | undefined {
  if (typeof skip === 'function') return (req) => skip(req);
  if (!Array.isArray(skip)) throw invalid(skip);
  if (skip.length === 0) return undefined;
  const paths = new Set<string>();
  const patterns: RegExp[] = [];
  for (const entry of skip as readonly unknown[]) {
    if (typeof entry === 'string') paths.add(entry);
    // A global or sticky pattern remembers where it stopped, and would then miss every other request.
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
