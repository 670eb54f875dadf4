import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainEnvironment } from './plain-environment.ts';
import { type TemporaryCopy, temporaryCopy } from './temporary-copy.ts';
import { type Manifest, read, repositoryFiles, root } from './workspace.ts';

const scripts = repositoryFiles()
  .filter((file) => /^(?:packages|apps|tooling)\/.*package\.json$/.test(file) && !file.includes('node-matrix'))
  .map((file) => ({ folder: path.posix.dirname(file), manifest: JSON.parse(read(file)) as Manifest }));

let copy: TemporaryCopy;
let before: ReadonlyMap<string, string>;

beforeAll(() => {
  copy = temporaryCopy();
  before = hashes();
});
afterAll(() => copy?.remove());

interface Task {
  readonly taskId: string;
  readonly hash: string;
  readonly resolvedTaskDefinition: { readonly cache: boolean };
}

/** Returns turbo's plan of tasks. Runs no task and requests nothing from a registry. */
function dryRun(): Task[] {
  const output = execFileSync(
    path.join(root, 'node_modules/.bin/turbo'),
    ['run', 'test:unit', 'build', '--dry=json', '--cache-dir', '.turbo/empty'],
    {
      cwd: copy.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
      env: plainEnvironment({ TURBO_NO_UPDATE_NOTIFIER: '1' }),
    },
  );
  return (JSON.parse(output) as { tasks: Task[] }).tasks;
}

/** Returns the cache key of each task, by task. */
function hashes(): Map<string, string> {
  return new Map(
    dryRun()
      .filter(({ taskId }) => /#(?:build|test:unit)$/.test(taskId))
      .map(({ taskId, hash }) => [taskId, hash]),
  );
}

/** Returns the tasks that turbo would run again after a change of a file. */
function rerunAfter(file: string, change: (text: string) => string): string[] {
  const target = path.join(copy.folder, file);
  const existed = existsSync(target);
  const text = existed ? readFileSync(target, 'utf8') : '';
  writeFileSync(target, change(text));
  try {
    return [...hashes()].filter(([task, hash]) => before.get(task) !== hash).map(([task]) => task);
  } finally {
    if (existed) writeFileSync(target, text);
    else rmSync(target);
  }
}

const appendLine = (text: string) => `${text}\n// Changed.\n`;

/** Returns a package and all its dependents, direct or not, for running or for testing. */
function withDependents(name: string): Set<string> {
  const found = new Set([name]);
  for (const upstream of found) {
    for (const { manifest } of scripts) {
      const { dependencies, peerDependencies, devDependencies } = manifest;
      if (upstream in { ...dependencies, ...peerDependencies, ...devDependencies }) found.add(manifest.name);
    }
  }
  return found;
}

const tasksOf = (names: Set<string>) => [...before.keys()].filter((task) => names.has(task.split('#')[0]!));

test.each(
  scripts.filter(({ folder }) => folder.startsWith('packages/')).map(({ manifest, folder }) => [manifest.name, folder]),
)('a changed source of %s runs its tasks again and those of its dependents, and no others', (name, folder) => {
  const rerun = rerunAfter(`${folder}/src/index.ts`, appendLine);

  expect(rerun).toEqual(tasksOf(withDependents(name)));
  expect(rerun).toEqual(expect.arrayContaining([`${name}#build`, `${name}#test:unit`]));
});

test.each<[file: string, change: (text: string) => string]>([
  ['biome.json', appendLine],
  ['tsconfig.json', appendLine],
  ['tooling/build/tsdown.config.mjs', appendLine],
  ['tooling/tsconfig/base.json', appendLine],
  ['tooling/tsconfig/packages.json', appendLine],
  ['vitest.config.ts', appendLine],
  ['pnpm-workspace.yaml', (text) => `${text}\n# Changed.\n`],
  ['package.json', (text) => text.replace('"private": true', '"private": true, "homepage": "https://example.com"')],
  // Only a change of meaning counts here: turbo hashes the parsed configuration, not the file.
  ['turbo.json', (text) => text.replace('"globalEnv": [', '"globalEnv": ["CHANGED", ')],
])('a changed %s runs every task again', (file, change) => {
  const rerun = rerunAfter(file, change);

  expect(rerun).toEqual([...before.keys()]);
});

test('another version of a tool in the lockfile runs every task again', () => {
  const [, version = ''] = /^ {2}vitest: (\S+)$/m.exec(read('pnpm-workspace.yaml')) ?? [];

  const rerun = rerunAfter('pnpm-lock.yaml', (text) => text.replaceAll(version, `${version}0`));

  expect(rerun).toEqual([...before.keys()]);
});

test('a change of a README or test builds nothing again', () => {
  const changes = ['packages/model/README.md', 'packages/model/src/sample.test.ts'];

  const rerun = changes.map((file) => rerunAfter(file, appendLine));

  expect(rerun.flat().filter((task) => task.endsWith('#build'))).toEqual([]);
  expect(rerun[1]).toContain('@promwright/model#test:unit');
});

test('the tests that read the whole repository are never cached', () => {
  const uncached = dryRun().filter(({ resolvedTaskDefinition }) => !resolvedTaskDefinition.cache);

  expect(uncached.map(({ taskId }) => taskId)).toContain('@tooling/repo#test:unit');
});

test('missing reruns of the tests of dependents are found', () => {
  const turbo = path.join(copy.folder, 'turbo.json');
  const text = readFileSync(turbo, 'utf8');
  const known = before;
  writeFileSync(turbo, text.replace('["sources", "^build"]', '[]'));
  before = hashes();

  const rerun = rerunAfter('packages/model/src/index.ts', appendLine);

  expect(rerun).not.toContain('@promwright/metrics#test:unit');
  writeFileSync(turbo, text);
  before = known;
});
