// Runs the unit tests under each Node version that package.json beside names. Arguments narrow down the test files.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
// Unit projects are named as their folders are; the slow ones, "integration" and "packed", are not.
const projects = ['packages', 'apps', 'tooling'].flatMap((parent) => ['--project', `${parent}/*`]);
const versions = Object.entries(readJson('package.json').dependencies).map(([alias, range]) => ({
  version: range.split('@').at(-1),
  alias,
  folder: path.join(here, 'node_modules', alias, 'bin'),
}));

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(
    `The Node versions of the matrix are built for linux-x64; this machine is ${process.platform}-${process.arch}`,
  );
  process.exit(2);
}
if (versions.some(({ alias, version }) => readJson(`node_modules/${alias}/package.json`)?.version !== version)) {
  console.log(`installing Node ${versions.map(({ version }) => version).join(', ')}`);
  // Without links in .bin: every version would call itself "node" there, and the last one would win.
  const args = ['ci', '--no-bin-links', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

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
      // A test that starts "node" gets the version under test, not the one that runs the matrix.
      env: { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` },
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

function readJson(file) {
  try {
    return JSON.parse(readFileSync(path.join(here, file), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
