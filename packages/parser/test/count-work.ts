import { Session } from 'node:inspector';

/** How often each stretch of code was run, as the profiler reports it. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/** Methods of strings whose cost grows with what they look at. */
const SEARCHES = [
  'indexOf',
  'lastIndexOf',
  'includes',
  'slice',
  'startsWith',
  'endsWith',
  'split',
  'toLowerCase',
] as const;

/**
 * Counts how much work functions make the parser do: how often each stretch of its code is run, and how many characters the
 * methods of strings look at. The same on every machine.
 */
export class WorkCounter {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  count(run: () => unknown): number {
    let characters = 0;
    const restore = SEARCHES.map((name) => {
      const original = String.prototype[name] as (this: string, ...args: unknown[]) => unknown;
      const counted = function (this: string, ...args: unknown[]): unknown {
        const result = original.apply(this, args);
        characters += lookedAt(name, this, args, result);
        return result;
      };
      const replace = (value: unknown) =>
        Object.defineProperty(String.prototype, name, { value, writable: true, configurable: true });
      replace(counted);
      return () => replace(original);
    });
    try {
      // Taking the counts also sets them back.
      this.#post('Profiler.takePreciseCoverage');
      run();
      const coverage = this.#post('Profiler.takePreciseCoverage') as Coverage;
      return characters + executions(coverage);
    } finally {
      for (const undo of restore) undo();
    }
  }

  stop(): void {
    this.#post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #post(method: string, params: object = {}): unknown {
    let answer: unknown;
    // The profiler of the own thread answers before this returns.
    this.#session.post(method, params, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  }
}

function executions({ result }: Coverage): number {
  return result
    .filter(({ url }) => url.includes('/packages/parser/src/') && !url.includes('.test.ts'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

function lookedAt(name: (typeof SEARCHES)[number], text: string, args: readonly unknown[], result: unknown): number {
  switch (name) {
    case 'indexOf':
      return (result === -1 ? text.length : (result as number)) - Number(args[1] ?? 0) + 1;
    case 'lastIndexOf':
      return text.length - (result as number);
    case 'startsWith':
    case 'endsWith':
      return (args[0] as string).length;
    case 'slice':
      return (result as string).length;
    default:
      return text.length;
  }
}
