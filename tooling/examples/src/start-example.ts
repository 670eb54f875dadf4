import { type RunningProcess, startProcess } from '@tooling/servers';

/** Starts a program on a free port and resolves once the program serves `/metrics`. The caller stops the program. */
export function startExample(file: string): Promise<RunningProcess> {
  return startProcess({
    name: `The example ${file}`,
    command: process.execPath,
    args: () => [file],
    env: (port) => ({ PORT: String(port) }),
    ready: '/metrics',
  });
}
