/** Callbacks for the reading of a body. */
export interface BodyWatcher {
  /** Called for each chunk that is passed to the reader. */
  read(chunk: unknown): void;
  /** Called when the body was read to its end. */
  completed(): void;
  /** Called when the reader cancelled, or the body failed. */
  broken(error: unknown): void;
}

/**
 * Wraps a body so that its reading is watched. Buffers no chunk and reads none ahead: each read of the wrapper reads the body
 * once, and the reason of a cancellation is passed on. The watcher's methods must not throw.
 */
export function watchedBody(body: ReadableStream<Uint8Array>, watcher: BodyWatcher): ReadableStream<Uint8Array> {
  // Not locked before the first read: until then the body can still be passed to another reader.
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
