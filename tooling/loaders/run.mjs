// Loads the packed packages in every way that programs load modules. Arguments are words of the titles of trials; without any, all run.
import path from 'node:path';
import { installTools } from '../setup/install-tools.mjs';
import { prepareConsumer } from './consumer.mjs';
import { bundlerTrials } from './trials/bundlers.mjs';
import { jestTrials } from './trials/jest.mjs';
import { nextTrials } from './trials/next.mjs';
import { nodeTrials } from './trials/node.mjs';
import { runtimeTrials } from './trials/runtimes.mjs';
import { typeTrials } from './trials/types.mjs';

/** As many trials at once as the smallest machine has processors. */
const AT_ONCE = 2;

for (const folder of ['loaders', 'node-matrix', 'runtimes']) installTools(path.join(import.meta.dirname, '..', folder));
const manifests = prepareConsumer();
const all = [
  ...nodeTrials(manifests),
  ...jestTrials(),
  ...typeTrials(),
  ...bundlerTrials(),
  ...runtimeTrials(),
  ...nextTrials(),
];
const words = process.argv.slice(2);
const trials = all.filter(([title]) => words.every((word) => title.includes(word)));
if (trials.length === 0) {
  console.error(`No trial has ${words.join(' ')} in its title; there are:\n${all.map(([title]) => title).join('\n')}`);
  process.exit(2);
}

const waiting = trials.values();
let failed = 0;
await Promise.all(Array.from({ length: AT_ONCE }, runTrials));
console.log(`${trials.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function runTrials() {
  for (const [title, trial] of waiting) {
    const start = performance.now();
    let result = 'passed';
    try {
      await trial();
    } catch (error) {
      failed++;
      result = 'FAILED';
      console.error([error.message, error.stdout, error.stderr].filter(Boolean).join('\n'));
    }
    console.log(`${title}: ${result} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
