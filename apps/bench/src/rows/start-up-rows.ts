import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Contestant, Row } from '../group.ts';

/** Way to load a module. */
export type Loading = 'import' | 'require';

/** Module to load, and a name that the module must export. */
interface Module {
  readonly specifier: string;
  readonly exported: string;
}

const OURS: Module = { specifier: '@promwright/metrics', exported: 'Counter' };
const PROM_CLIENT: Module = { specifier: 'prom-client', exported: 'Counter' };
const OUR_ADAPTER: Module = { specifier: '@promwright/express', exported: 'httpMetrics' };
const BUNDLE: Module = { specifier: 'express-prom-bundle', exported: 'default' };

/** Returns the row of loading the core of each library. */
export function coreRow(loading: Loading): Row {
  const others = [PROM_CLIENT, ...['@prometheus-io/client', '@platformatic/prom-client'].map(named)];
  return {
    title: `${loading} of the core in a fresh process`,
    unit: 'ms',
    contestants: [contestant(OURS, loading), ...others.map((other) => contestant(other, loading))],
    targets: [{ kind: 'at-least', against: PROM_CLIENT.specifier, times: 1.9 }],
  };
}

/** Returns the row of loading middleware for Express with all its imports. No contestant loads Express itself. */
export function adapterRow(loading: Loading): Row {
  return {
    title: `${loading} of the middleware for Express in a fresh process, Express not loaded`,
    unit: 'ms',
    contestants: [contestant(OUR_ADAPTER, loading), contestant(BUNDLE, loading)],
    targets: [{ kind: 'at-least', against: BUNDLE.specifier, times: 1.1 }],
  };
}

function named(specifier: string): Module {
  return { specifier, exported: 'Counter' };
}

function contestant(module: Module, loading: Loading): Contestant {
  return {
    name: module.specifier,
    async start() {
      let loads = 0;
      return {
        async sample() {
          const milliseconds = await load(module, loading);
          loads++;
          return milliseconds;
        },
        async check() {
          if (loads === 0) throw new Error(`${module.specifier} was never loaded`);
        },
      };
    },
  };
}

/**
 * Loads a module in a new process of the same Node.
 * @returns the milliseconds of loading, by the clock of the new process, without the start of Node itself
 * @throws if the process fails or the module lacks the name
 */
async function load({ specifier, exported }: Module, loading: Loading): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS[loading], '--eval', PROGRAMS[loading]], {
    // Modules are resolved from this folder, as from the folder of a program.
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { ...process.env, SPECIFIER: specifier, EXPORTED: exported, NODE_OPTIONS: '' },
  });
  const { milliseconds, found } = JSON.parse(stdout) as { milliseconds: number; found: boolean };
  if (!found) throw new Error(`${loading} of ${specifier} has no export "${exported}"`);
  return milliseconds;
}

// The result of `require` for a CommonJS module is its default export.
const REPORT = `
process.stdout.write(JSON.stringify({
  milliseconds: end - start,
  found: (process.env.EXPORTED in loaded) || (process.env.EXPORTED === 'default' && typeof loaded === 'function'),
}));`;

const PROGRAMS: Readonly<Record<Loading, string>> = {
  import: `
const start = performance.now();
const loaded = await import(process.env.SPECIFIER);
const end = performance.now();${REPORT}`,
  require: `
const start = performance.now();
const loaded = require(process.env.SPECIFIER);
const end = performance.now();${REPORT}`,
};

const FLAGS: Readonly<Record<Loading, readonly string[]>> = {
  import: ['--input-type=module'],
  // Node warns of every required ES module outside node_modules, so for packages of the workspace. Users see no warning.
  require: ['--input-type=commonjs', '--disable-warning=ExperimentalWarning'],
};
