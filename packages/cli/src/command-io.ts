/** Stream of text or bytes, such as `process.stdout`. */
export interface OutputStream {
  /** True for a terminal. Colours are written only to terminals. */
  readonly isTTY?: boolean;
  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): unknown;
}

/** Input, output and environment of a command: `process`, or streams of the caller. */
export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Environment variables. Only `NO_COLOR` and `TERM` are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends `top --watch`. Without a signal, the command goes on until its output is closed. */
  readonly signal?: AbortSignal;
}
