/** Who wants to know what becomes of a body. */
export interface BodyWatcher {
  /** A chunk is handed to the reader. */
  read(chunk: unknown): void;
  /** It was read to its end. */
  completed(): void;
  /** The reader has left, or the body failed. */
  broken(error: unknown): void;
}

/**
 * The same body, watched. It holds no chunk and reads none ahead: what the reader asks for is asked of the body, and the
 * reader's reason to leave is passed on. The watcher's methods must not throw.
 */
export function watchedBody(body: ReadableStream<Uint8Array>, watcher: BodyWatcher): ReadableStream<Uint8Array> {
  // Not before the first read: until then the body can still be given to somebody else.
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          reader ??= body.getReader();
          const { done, value } = await reader.read();
          if (done) {
            watcher.completed();
            controller.close();
          } else {
            watcher.read(value);
            controller.enqueue(value);
          }
        } catch (error) {
          watcher.broken(error);
          throw error;
        }
      },
      cancel(reason) {
        watcher.broken(reason);
        return reader === undefined ? body.cancel(reason) : reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
