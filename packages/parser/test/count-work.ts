import { Session } from 'node:inspector';

/** Number of executions of each range of code, as the profiler reports them. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/** Methods of strings whose cost grows with the number of characters they read. */
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
 * Counts the work of the parser in a function call: executions of each range of its code, and characters that methods of
 * strings read. The result is the same on every machine.
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
        characters += charactersRead(name, this, args, result);
        return result;
      };
      const replace = (value: unknown) =>
        Object.defineProperty(String.prototype, name, { value, writable: true, configurable: true });
      replace(counted);
      return () => replace(original);
    });
    try {
      // Taking the counts also resets them.
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
    let response: unknown;
    // The profiler of the same thread calls back before `post` returns.
    this.#session.post(method, params, (error, result) => {
      if (error) throw error;
      response = result;
    });
    return response;
  }
}

function executions({ result }: Coverage): number {
  return result
    .filter(({ url }) => url.includes('/packages/parser/src/') && !url.includes('.test.ts'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

function charactersRead(
  name: (typeof SEARCHES)[number],
  text: string,
  args: readonly unknown[],
  result: unknown,
): number {
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
