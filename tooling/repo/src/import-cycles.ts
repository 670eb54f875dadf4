import path from 'node:path';
import { importsOf } from './imports.ts';

/**
 * Finds cycles of relative imports, type-only imports included. Returns one line for each file that lies on a cycle no
 * earlier line shows: the shortest cycle through the file, such as `src/a.ts -> src/b.ts -> src/a.ts`.
 */
export function importCycles(files: readonly string[], read: (file: string) => string): string[] {
  const imported = new Map(files.map((file) => [file, relativeImports(file, read(file))]));
  const shown = new Set<string>();
  const cycles: string[] = [];
  for (const file of files) {
    if (shown.has(file)) continue;
    const cycle = shortestCycle(file, imported);
    if (cycle === undefined) continue;
    for (const member of cycle) shown.add(member);
    cycles.push(cycle.join(' -> '));
  }
  return cycles;
}

function relativeImports(file: string, text: string): string[] {
  return importsOf(file, text).flatMap(({ specifier }) =>
    specifier?.startsWith('.') ? [path.posix.join(path.posix.dirname(file), specifier)] : [],
  );
}

/** Searches breadth first from a file back to the same file. */
function shortestCycle(start: string, imported: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const queue = [[start]];
  const visited = new Set<string>();
  for (const trail of queue) {
    for (const next of imported.get(trail.at(-1)!) ?? []) {
      if (next === start) return [...trail, start];
      if (visited.has(next)) continue;
      visited.add(next);
      queue.push([...trail, next]);
    }
  }
  return undefined;
}
