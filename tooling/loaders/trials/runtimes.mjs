// Other runtimes than Node.
import { tool } from '../consumer.mjs';
import { checkService } from './node.mjs';

export function runtimeTrials() {
  const bun = tool('bun', 'bin/bun', 'runtimes');
  const deno = tool('deno', 'deno', 'runtimes');
  const allowed = ['run', '--no-prompt', '--no-lock', '--no-remote', '--node-modules-dir=manual', '--allow-all'];
  return ['service.mjs', 'service.cjs'].flatMap((file) => [
    [`Bun, ${file}`, () => checkService(bun, ['run', file])],
    [`Deno, ${file}`, () => checkService(deno, [...allowed, file])],
  ]);
}
