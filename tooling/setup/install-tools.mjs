// Tools that stand outside the pnpm workspace, in a folder with a package.json of exact versions and a lockfile of npm.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Returns the exact version of each tool that the package.json of a folder names, by the tool's alias. */
export function toolVersions(folder) {
  const { dependencies } = readJson(path.join(folder, 'package.json'));
  return Object.fromEntries(Object.entries(dependencies).map(([alias, range]) => [alias, range.split('@').at(-1)]));
}

/**
 * Installs the tools of a folder as its lockfile says, unless all are there. Ends the process if npm fails or if the machine is
 * not Linux x64, which the programs among the tools are built for.
 */
export function installTools(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(`The tools are built for linux-x64; this machine is ${process.platform}-${process.arch}`);
    process.exit(2);
  }
  const versions = Object.entries(toolVersions(folder));
  if (versions.every(([alias, version]) => installedVersion(folder, alias) === version)) return;
  console.log(`installing the tools of tooling/${path.basename(folder)}`);
  // Without links in .bin: several versions of one tool have the same command, and the last one would win.
  const args = ['ci', '--no-bin-links', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

function installedVersion(folder, alias) {
  try {
    // Some packages of Node's binaries have a "v" in front of their version.
    return readJson(path.join(folder, 'node_modules', alias, 'package.json')).version.replace(/^v/, '');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
