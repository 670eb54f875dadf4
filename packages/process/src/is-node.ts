import { attempt } from './attempt.ts';

/** Whether this is Node itself, and no other runtime that has most of its modules. */
export function isNode(): boolean {
  const versions = attempt(() => process.versions);
  return versions !== undefined && versions.bun === undefined && versions.deno === undefined;
}
