// Jest with its default settings, which are CommonJS, and with ts-jest.
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { consumer, run, tool, write } from '../consumer.mjs';

export function jestTrials() {
  return [
    ['Jest 29, default settings', () => jest('jest29', 'jest.spec.js')],
    ['Jest 30, default settings', () => jest('jest', 'jest.spec.js')],
    ['Jest 29 with ts-jest', () => jest('jest29', 'ts-jest.spec.ts')],
    ['Jest 30 with ts-jest', () => jest('jest', 'ts-jest.spec.ts')],
  ];
}

/** Runs one test file alone in a folder, so that nothing else of the program is picked up. */
async function jest(version, file) {
  const folder = `${version}-${path.extname(file).slice(1)}`;
  mkdirSync(path.join(consumer, folder), { recursive: true });
  cpSync(path.join(consumer, file), path.join(consumer, folder, file));
  if (file.endsWith('.ts')) {
    const transform = { '^.+\\.ts$': [tool('ts-jest', 'dist/index.js'), {}] };
    write(`${folder}/jest.config.json`, JSON.stringify({ transform }));
    write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions: TS_JEST_OPTIONS }));
  } else write(`${folder}/jest.config.json`, '{}');
  const args = [
    tool(version, 'bin/jest.js'),
    '--ci',
    '--runInBand',
    '--cacheDirectory',
    path.join(consumer, folder, 'cache'),
  ];
  await run(process.execPath, args, { cwd: path.join(consumer, folder) });
}

const TS_JEST_OPTIONS = {
  target: 'es2022',
  module: 'commonjs',
  moduleResolution: 'node10',
  ignoreDeprecations: '6.0',
  esModuleInterop: true,
  strict: true,
  types: ['jest', 'node'],
};
