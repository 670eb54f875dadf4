import type { Paint } from './paint.ts';

/** A stream that text or bytes can be written to, such as `process.stdout`. */
export interface OutputStream {
  /** Whether people read it: colours are only for them. */
  readonly isTTY?: boolean;
  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): unknown;
}

/** What a run of the command reads and writes: `process`, or streams of the caller's own. */
export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Only `NO_COLOR` and `TERM` are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a command has to say in the end. */
export interface Outcome {
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  readonly exitCode: number;
}

/** What a command needs besides its arguments. */
export interface CommandContext {
  readonly io: CommandIo;
  readonly paintOut: Paint;
  readonly paintError: Paint;
}

/** One of the commands of the program. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: () => string;
  /** The exit code when a document cannot be had or read. */
  readonly failure: number;
  /**
   * Does it.
   * @throws UsageError for arguments that are wrong, InputError for a document that cannot be had or read
   */
  run(args: readonly string[], context: CommandContext): Promise<Outcome>;
}
