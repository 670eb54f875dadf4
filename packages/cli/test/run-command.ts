import { Readable } from 'node:stream';
import { run } from '../src/run.ts';

/** Result of a run of the command. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process. */
export async function runCommand(
  args: readonly string[],
  { stdin = '', isTTY = false, env = {} }: { stdin?: string; isTTY?: boolean; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  const out = collector(isTTY);
  const error = collector(isTTY);
  const exitCode = await run(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: out.stream,
    stderr: error.stream,
    env,
  });
  return { exitCode, stdout: out.text(), stderr: error.text() };
}

function collector(isTTY: boolean) {
  const chunks: Uint8Array[] = [];
  const write = (chunk: string | Uint8Array, done: () => void) => {
    chunks.push(Buffer.from(chunk));
    done();
  };
  return { stream: { isTTY, write }, text: () => Buffer.concat(chunks).toString() };
}
