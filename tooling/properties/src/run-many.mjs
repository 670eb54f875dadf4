// Runs the long property tests with a million cases each, or with the number given as an argument. Takes about an hour.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const runs = process.argv[2] ?? '1000000';
const files = ['overlapping-scrapes.test.ts', 'writers.test.ts', 'generated-documents.test.ts', 'write-number.test.ts'];

const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'packages/*', ...files],
  {
    cwd: path.resolve(import.meta.dirname, '../../..'),
    stdio: 'inherit',
    env: { ...process.env, PROPERTY_RUNS: runs },
  },
);
process.exit(status ?? 1);
