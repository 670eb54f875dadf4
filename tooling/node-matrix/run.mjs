// Runs the unit tests under each Node version that package.json beside names. Arguments narrow down the test files.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installTools, toolVersions } from '../setup/install-tools.mjs';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
// Unit projects are named as their folders are; the slow ones, "integration" and "packed", are not.
const projects = ['packages', 'apps', 'tooling'].flatMap((parent) => ['--project', `${parent}/*`]);
const versions = Object.entries(toolVersions(here)).map(([alias, version]) => ({
  version,
  folder: path.join(here, 'node_modules', alias, 'bin'),
}));

installTools(here);

let failed = false;
for (const { version, folder } of versions) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    path.join(folder, 'node'),
    ['node_modules/vitest/vitest.mjs', 'run', ...projects, ...process.argv.slice(2)],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      // A test that starts "node" gets the version under test, not the one that runs the matrix. Long property tests find
      // differences between versions within fewer cases than they need to find faults.
      env: { PROPERTY_RUNS: '3000', ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` },
    },
  );
  if (status !== 0) {
    failed = true;
    console.log(stdout, stderr);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`Node ${version}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
}
process.exit(failed ? 1 : 0);
