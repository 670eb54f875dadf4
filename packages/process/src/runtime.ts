import { attempt } from './attempt.ts';

/** A program that runs JavaScript and has Node's modules, or some of them. */
export type Runtime = 'node' | 'deno' | 'bun';

/** Which one runs this. The others say that they are Node, and add who they really are. */
export function currentRuntime(): Runtime {
  const versions = attempt(() => process.versions);
  if (versions?.bun !== undefined) return 'bun';
  return versions?.deno === undefined ? 'node' : 'deno';
}
