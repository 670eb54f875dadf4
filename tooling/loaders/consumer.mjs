// The folder of a program that installed the packed packages; tools and frameworks are found in the folder above it.
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export const here = import.meta.dirname;
export const consumer = path.join(here, 'consumer');
const root = path.resolve(here, '../..');
const scope = path.join(consumer, 'node_modules/@promwright');

/** Path of a file of a tool that this folder's lockfile, or the one of a neighbour, installs. */
export function tool(name, file, folder = 'loaders') {
  return path.join(root, 'tooling', folder, 'node_modules', name, file);
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Packs every package and unpacks it into the program's folder. A second copy, of a later version, stands in the folder `second`.
 * @returns the manifests as packed
 */
export function prepareConsumer() {
  rmSync(consumer, { recursive: true, force: true });
  mkdirSync(scope, { recursive: true });
  cpSync(path.join(here, 'programs'), consumer, { recursive: true });
  write('service.cjs', withRequire(readFileSync(path.join(consumer, 'service.mjs'), 'utf8')));
  writeFileSync(path.join(consumer, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const tarballs = mkdtempSync(path.join(tmpdir(), 'promwright-loaders-'));
  try {
    const args = ['-r', '--filter', './packages/*', 'pack', '--pack-destination', tarballs];
    const { status, stderr, error } = spawnSync('pnpm', args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`pnpm pack failed: ${error?.message ?? stderr}`);
    for (const tarball of readdirSync(tarballs)) {
      const [, name] = /^promwright-(.+)-\d+\.\d+\.\d+\.tgz$/.exec(tarball);
      const folder = path.join(scope, name);
      mkdirSync(folder);
      spawnSync('tar', ['-xzf', path.join(tarballs, tarball), '-C', folder, '--strip-components=1']);
    }
  } finally {
    rmSync(tarballs, { recursive: true, force: true });
  }
  const second = path.join(consumer, 'second/node_modules/@promwright');
  cpSync(scope, second, { recursive: true });
  return readdirSync(scope).map((name) => {
    const file = path.join(second, name, 'package.json');
    writeFileSync(file, JSON.stringify({ ...readJson(file), version: '9.9.9' }));
    return readJson(path.join(scope, name, 'package.json'));
  });
}

/** Returns a program with `require` in place of its import lines. */
function withRequire(text) {
  return text.replace(/^import (.+) from ('.+');$/gm, 'const $1 = require($2);');
}

/** Writes a file of the program. */
export function write(file, text) {
  mkdirSync(path.dirname(path.join(consumer, file)), { recursive: true });
  writeFileSync(path.join(consumer, file), text);
}

/**
 * Runs a command in the program's folder, for five minutes at most.
 * @returns its standard output
 * @throws with both outputs, unless it exits with 0
 */
export async function run(command, args, { cwd = consumer, env = {} } = {}) {
  const clean = { ...process.env, NODE_OPTIONS: '', NODE_PATH: '', ...env };
  const { stdout } = await promisify(execFile)(command, args, {
    cwd,
    env: clean,
    timeout: 300_000,
    maxBuffer: 2 ** 26,
  });
  return stdout;
}
