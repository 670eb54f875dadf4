import type { CommandIo } from './command-io.ts';
import type { Style } from './style.ts';

/** What a command has to say in the end. */
export interface CommandOutput {
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  readonly exitCode: number;
}

/** What a command needs besides its arguments. */
export interface CommandContext {
  readonly io: CommandIo;
  readonly stdoutStyle: Style;
  readonly stderrStyle: Style;
}

/** One of the commands of the program. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: () => string;
  /** The exit code when a document cannot be had or read. */
  readonly failureCode: number;
  /**
   * Does it.
   * @throws UsageError for arguments that are wrong, InputError for a document that cannot be had or read
   */
  run(args: readonly string[], context: CommandContext): Promise<CommandOutput>;
}
