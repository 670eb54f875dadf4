// Does all the set-up for the commands in the README, on a machine that has only Node and npm:
// fetches the pinned pnpm, installs what the lockfile names, then runs the named command's steps.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const pnpm = packageManager.split('+')[0];

/** Runs a step to its end, showing its output; a failing step ends the command with the same exit code. */
function step(title, command, args) {
  console.log(`\n> ${title}`);
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    // Commands of the workspace's own tools (turbo, vitest) are found in node_modules/.bin.
    env: {
      ...process.env,
      PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
      TURBO_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
    },
    shell: process.platform === 'win32',
  });
  if (error) console.error(`${title}: ${error.message}`);
  if (signal) process.kill(process.pid, signal);
  if (status !== 0) {
    console.error(`\n${title}: failed`);
    process.exit(status ?? 1);
  }
}

function install() {
  step('install', 'npx', ['-y', pnpm, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only']);
}
const turbo = (title, ...tasks) => step(title, 'turbo', ['run', ...tasks, '--output-logs=errors-only', '--no-daemon']);

const commands = {
  test() {
    commands['test:unit']();
    step('integration tests, with real servers', 'vitest', ['run', '--project', 'integration']);
  },
  'test:unit'() {
    install();
    turbo('build', 'build');
    step('lint', 'biome', ['ci', '.']);
    step('types', 'tsc', ['-p', 'tsconfig.json']);
    step('unit and repository tests', 'turbo', ['run', 'test:unit', '--output-logs=new-only', '--no-daemon']);
  },
  async demo() {
    install();
    turbo('build', 'build');
    // In this very process: one process less that a Ctrl-C has to reach.
    const { demo } = await import(pathToFileURL(path.join(root, 'apps/demo/src/demo.mjs')).href);
    await demo();
  },
};

const [name = ''] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`usage: node tooling/setup/setup.mjs ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}
await command();
