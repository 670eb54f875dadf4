import { expect, test } from 'vitest';
import { bundleProblems } from './bundles.ts';

const names = { entries: ['index', 'fetch'], commands: ['main'] };
const good: Record<string, string> = {
  'index.mjs': 'import { t as run } from "./shared.mjs";\nexport { run };',
  'index.cjs': 'const require_run = require("./shared.cjs");\nexports.run = require_run.run;',
  'index.d.mts': 'import { t as Run } from "./shared.mjs";\nexport { Run };',
  'index.d.cts': 'import { t as Run } from "./shared.cjs";\nexport { Run };',
  'fetch.mjs': 'import { Counter } from "@promwright/metrics";',
  'fetch.cjs': '',
  'fetch.d.mts': '',
  'fetch.d.cts': '',
  'main.mjs': 'import { t as run } from "./shared.mjs";',
  'shared.mjs': '',
  'shared.cjs': '',
  'shared.d.mts': '',
  'shared.d.cts': '',
};

test('bundleProblems accepts one bundle per entry point and format, and one file shared by entry points', () => {
  expect(bundleProblems(names, new Map(Object.entries(good)))).toEqual([]);
});

const { 'fetch.d.cts': _, ...incomplete } = good;

test.each<[problem: string, files: Record<string, string>]>([
  ['fetch.d.cts needs fetch.d.cts, which is missing', incomplete],
  ['fetch.mjs needs lost.mjs, which is missing', { ...good, 'fetch.mjs': 'import "./lost.mjs";' }],
  ['fetch.mjs loads index.mjs, not only shared.mjs', { ...good, 'fetch.mjs': 'export * from "./index.mjs";' }],
  [
    'fetch.cjs loads chunk.cjs, not only shared.cjs',
    { ...good, 'fetch.cjs': 'require("./chunk.cjs")', 'chunk.cjs': '' },
  ],
  [
    'fetch.d.mts loads index.d.mts, not only shared.d.mts',
    { ...good, 'fetch.d.mts': 'import { A } from "./index.mjs";' },
  ],
  ['index.mjs.map belongs to no entry point', { ...good, 'index.mjs.map': '{}' }],
  ['main.d.mts belongs to no entry point', { ...good, 'main.d.mts': '' }],
])('bundleProblems finds: %s', (problem, files) => {
  expect(bundleProblems(names, new Map(Object.entries(files)))).toContain(problem);
});
