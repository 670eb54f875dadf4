// Does all the set-up for the commands in the README, on a machine that has only Node and npm:
// fetches the pinned pnpm, installs what the lockfile names, then runs the named command's steps.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const windows = process.platform === 'win32';

/** Runs a step to its end, showing its output; a failing step ends the command with the same exit code. */
function step(title, command, args) {
  console.log(`\n> ${title}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment, shell: windows });
  if (status === 0) return;
  console.error(`\n${title}: failed${error ? `: ${error.message}` : ''}`);
  process.exit(status ?? 1);
}

/** The folder of the pinned pnpm, which npm fetches if it has to. Turbo looks for pnpm on the PATH. */
function pnpmFolder() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const version = packageManager.split('+')[0];
  const searchPath = execFileSync('npx', ['-y', '-p', version, '--', 'node', '-p', 'process.env.PATH'], {
    cwd: root,
    encoding: 'utf8',
    shell: windows,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return searchPath.trim().split(path.delimiter)[0];
}

const environment = {
  ...process.env,
  PATH: [pnpmFolder(), path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
  // Part of every cached task's key: what passed on one version of Node proves nothing for another.
  PROMWRIGHT_NODE_VERSION: process.version,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};

function install() {
  step('install', 'pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only']);
}

function build() {
  step('build', 'turbo', ['run', 'build', '--output-logs=errors-only']);
}

const commands = {
  test() {
    commands['test:unit']();
    // As many files at once as there are processors, for the same reason as below.
    step('integration tests, with real servers', 'vitest', ['run', '--project', 'integration', '--maxWorkers=100%']);
  },
  'test:unit'() {
    install();
    build();
    step('lint', 'biome', ['ci', '.']);
    step('types', 'tsc', ['-p', 'tsconfig.json']);
    // As many packages at once as there are processors: tests wait for servers and programs, and must not wait for each other.
    step('unit and repository tests', 'turbo', ['run', 'test:unit', '--output-logs=new-only', '--concurrency=100%']);
  },
  'test:runtimes'() {
    install();
    build();
    step('fetch handlers on Bun and Deno', process.execPath, ['tooling/runtimes/run.mjs']);
  },
  'test:loaders'() {
    install();
    build();
    step('packed packages in every way of loading', process.execPath, ['tooling/loaders/run.mjs', ...words]);
  },
  async demo() {
    install();
    build();
    // In this very process: one process less that a Ctrl-C has to reach.
    const { demo } = await import(pathToFileURL(path.join(root, 'apps/demo/dist/demo.js')).href);
    await demo();
  },
};

const [name = '', ...words] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  console.error(`usage: node tooling/setup/setup.mjs ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}
await commands[name]();
