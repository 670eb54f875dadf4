import { fileURLToPath } from 'node:url';
import { type RunningProcess, startProcess } from '@tooling/servers';
import type { Framework } from './frameworks.ts';

const MAIN = fileURLToPath(new URL('./application-main.js', import.meta.url));

/** Starts the application in a process apart, so that the load does not take its time. Resolves once it answers a scrape. */
export function startApplication(framework: Framework): Promise<RunningProcess> {
  return startProcess({
    name: `The ${framework} application`,
    command: process.execPath,
    args: (port) => [MAIN, framework, String(port)],
    ready: '/metrics',
  });
}
