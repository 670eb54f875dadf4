/** What {@link repeat} gives: a task that is done again and again. */
export interface Repetition {
  /** Ends it, and resolves when a call that is still going on has ended. No call begins after that. */
  stop(): Promise<void>;
}

/**
 * Calls `task` every `intervalMs`, the first time after one interval. Two calls never overlap: times that come while one is
 * still going on are left out, not made up for. What waits here keeps no program alive. The task sees to its own errors; one
 * that it throws all the same does not end the repetition and reaches nobody.
 */
export function repeat(intervalMs: number, task: () => Promise<void> | void): Repetition {
  let running: Promise<void> | undefined;
  const timer: unknown = setInterval(() => {
    running ??= once(task).finally(() => {
      running = undefined;
    });
  }, intervalMs);
  // A number in browsers, an object in Node, Bun and Deno.
  (timer as { unref?(): void }).unref?.();

  return {
    stop: async () => {
      clearInterval(timer as number);
      await running;
    },
  };
}

async function once(task: () => Promise<void> | void): Promise<void> {
  try {
    await task();
  } catch {}
}
