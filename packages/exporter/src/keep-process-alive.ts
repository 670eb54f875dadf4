import { MAX_TIMER_MS } from '@promwright/model';

/**
 * Keeps the program running until the task is done. Sockets and timers of a push do not, because the same ones serve pushes
 * that nobody waits for; a program that waits for one, and has nothing else to do, would end in the middle of it.
 */
export async function keepProcessAlive<T>(task: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, MAX_TIMER_MS);
  try {
    return await task();
  } finally {
    clearInterval(timer);
  }
}
