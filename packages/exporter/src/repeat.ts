/** Task that is repeated, as returned by {@link repeat}. */
export interface Repetition {
  /** Stops the repetition. No new call begins; the promise resolves when a running call has ended. */
  stop(): Promise<void>;
}

/**
 * Calls `task` every `intervalMs` milliseconds, first after one interval. Calls never overlap: a tick during a running
 * call is skipped, not made up for. The timer does not keep the process alive. The task handles its own errors: an
 * exception of the task is ignored, and the repetition continues.
 */
export function repeat(intervalMs: number, task: () => Promise<void> | void): Repetition {
  let running: Promise<void> | undefined;
  const timer: unknown = setInterval(() => {
    running ??= callSafely(task).finally(() => {
      running = undefined;
    });
  }, intervalMs);
  // Timers are numbers in browsers, and objects in Node, Bun and Deno.
  (timer as { unref?(): void }).unref?.();

  return {
    stop: async () => {
      clearInterval(timer as number);
      await running;
    },
  };
}

async function callSafely(task: () => Promise<void> | void): Promise<void> {
  try {
    await task();
  } catch {}
}
