/** Chunks of a body, generated as they are read. A reader must read to the end, or call `return()`. */
export type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * Returns a body of one chunk as a whole, and any other body as chunks. Two chunks are generated at once, so that an early
 * failure can still be reported by an error response.
 */
export async function wholeOrChunks(chunks: Chunks): Promise<Uint8Array | Chunks> {
  const first = await chunks.next();
  const second = first.done ? first : await chunks.next();
  if (!second.done) return resumed([first.value as Uint8Array, second.value], chunks);
  return first.value ?? new Uint8Array(0);
}

/** Passes chunks on. Calls `onRead` when a chunk is asked for, and `onEnd` with the number of bytes at the end. */
export async function* watchedChunks(chunks: Chunks, onRead: () => void, onEnd: (bytes: number) => void): Chunks {
  let bytes = 0;
  for await (const chunk of chunks) {
    onRead();
    bytes += chunk.length;
    yield chunk;
  }
  onEnd(bytes);
}

/** Yields the chunks that were already read, then the rest. */
async function* resumed(read: readonly Uint8Array[], rest: Chunks): Chunks {
  try {
    yield* read;
    yield* rest;
  } finally {
    await rest.return();
  }
}
