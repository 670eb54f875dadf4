import { repeat } from './repeat.ts';

/** Default of `patienceMs`. Connecting to a server takes less. */
const INITIAL_PATIENCE_MS = 250;
/** Longer than an event loop without work takes to end. */
const END_OF_LOOP_MS = 20;

/** Pending connections and writes. Node counts them as work of the process, although their sockets are unref'ed. */
const PENDING_IO = /^(?:Connect|SimpleWrite|SimpleShutdown)Wrap$/;
/** Pipes and terminals. Standard output and standard error are listed from their first use, although they are no work. */
const STANDARD_STREAM = /^(?:Pipe|TTY)Wrap$/;

/**
 * Background I/O of one client, which must not keep the process alive. `unref` is not enough for that: Node waits for a
 * connection or a write that the server neither accepts nor refuses.
 */
export class BackgroundIo {
  #patienceMs: number;

  /** @param patienceMs time that a task has before its pending I/O must not be the only work, in milliseconds. Default 250. */
  constructor(patienceMs: number = INITIAL_PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  /**
   * Runs `task`, and aborts its signal soon after its pending I/O has become the only work of the process. The task must then
   * close its sockets and settle. If the process lives on, it had work that Node does not list, such as a worker thread or a
   * native add-on: `run` settles like the task, and later tasks have twice the time. Otherwise `run` never settles. Aborts nothing
   * within `keepProcessAlive`, and in runtimes that do not list the resources of the process.
   *
   * A lookup of a host name cannot be ended: Node waits for it, even in `process.exit()`.
   */
  async run<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const control = new AbortController();
    const patienceMs = this.#patienceMs;
    const watch = repeat(patienceMs, () => {
      if (control.signal.aborted || !isOnlyWork()) return;
      control.abort(new Error(`given up after ${patienceMs} ms, because the process seemed to have no other work`));
    });
    try {
      return await task(control.signal);
    } finally {
      void watch.stop();
      if (control.signal.aborted) {
        // The timer does not fire if the process has no other work.
        await new Promise<void>((resolve) => void setTimeout(resolve, END_OF_LOOP_MS).unref());
        this.#patienceMs = Math.max(this.#patienceMs, 2 * patienceMs);
      }
    }
  }
}

/** Part of the global `process`, which not every runtime has. */
interface ListedProcess {
  readonly stdout?: object;
  readonly stderr?: object;
  getActiveResourcesInfo?(): readonly string[];
}

/** Returns true if the process seems to have no work but pending I/O. */
function isOnlyWork(): boolean {
  const { process } = globalThis as { process?: ListedProcess };
  if (process?.getActiveResourcesInfo === undefined) return false;
  // The first use of a stream creates it, so this comes before the list. Only pipes and terminals have `unref`; files do not.
  const streams = [process.stdout, process.stderr].filter((stream) => stream !== undefined && 'unref' in stream);
  const listed = process.getActiveResourcesInfo();
  const others = listed.filter((type) => !PENDING_IO.test(type));
  if (others.length === listed.length || others.length > streams.length) return false;
  return others.every((type) => STANDARD_STREAM.test(type));
}
