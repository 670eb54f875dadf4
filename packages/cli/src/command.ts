import type { CommandIo } from './command-io.ts';
import type { Style } from './style.ts';

/** Output of a command that has ended. */
export interface CommandOutput {
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  readonly exitCode: number;
}

/** Streams and styles for a command. */
export interface CommandContext {
  readonly io: CommandIo;
  readonly stdoutStyle: Style;
  readonly stderrStyle: Style;
}

/** Command of the program. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Returns the text of `--help`. */
  readonly help: () => string;
  /** Exit code if a document cannot be read or parsed. */
  readonly failureCode: number;
  /**
   * Runs the command.
   * @throws UsageError for wrong arguments, InputError for a document that cannot be read or parsed
   */
  run(args: readonly string[], context: CommandContext): Promise<CommandOutput>;
}
