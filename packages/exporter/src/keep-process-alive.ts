import { MAX_TIMER_MS } from '@promwright/model';

/**
 * Runs a task and keeps the process alive until it settles. The sockets and timers of a push are unref'ed, because
 * background pushes must not keep the process alive (see `BackgroundIo`). Without this function, a program that only awaits a push would end
 * in the middle.
 */
export async function keepProcessAlive<T>(task: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, MAX_TIMER_MS);
  try {
    return await task();
  } finally {
    clearInterval(timer);
  }
}
