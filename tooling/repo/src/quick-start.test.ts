import { describe, expect, test } from 'vitest';
import { readCommandQuickStart, readQuickStart } from './quick-start.ts';
import { commands, publishedPackages, read, repositoryFiles } from './workspace.ts';

const files = repositoryFiles();
const packages = publishedPackages(files);
const commandFolders = packages.filter((pkg) => commands(pkg).length > 0).map(({ folder }) => folder);
const readMes = ['.', ...packages.map(({ folder }) => folder)]
  .map((folder) => [folder, folder === '.' ? 'README.md' : `${folder}/README.md`] as const)
  .filter(([, readMe]) => files.includes(readMe));

test.each(readMes)(
  'the README of %s has a quick start that a reader can copy into an empty folder',
  (folder, readMe) => {
    const readFirst = commandFolders.includes(folder) ? readCommandQuickStart : readQuickStart;

    expect(() => readFirst(read(readMe))).not.toThrow();
  },
);

const fence = '```';
const sample = `# Shop

${fence}sh
npm install express @promwright/process
${fence}

\`server.mjs\`:

<!-- file: apps/examples/shop/server.mjs -->
${fence}js
import '@promwright/process/register';
import { createServer } from 'node:http';
import express from 'express';

createServer(express());
${fence}

The metrics:

${fence}text
jobs_total 1
${fence}

CommonJS (\`server.cjs\`): the same program begins with

${fence}js
require('@promwright/process/register');
const { createServer } = require('node:http');
const express = require('express');
${fence}

TypeScript (\`server.mts\`): the same program, after

${fence}sh
npm install --save-dev typescript @types/node @types/express
npx tsc --strict --module nodenext --types node server.mts
${fence}
`;

describe('readQuickStart', () => {
  test('reads the parts of a README', () => {
    const program = '\ncreateServer(express());\n';
    const quickStart = readQuickStart(sample);

    expect(quickStart.install).toBe('npm install express @promwright/process');
    expect(quickStart.program.name).toBe('server.mjs');
    expect(quickStart.output).toEqual(['jobs_total 1']);
    expect(quickStart.commonJs).toEqual({
      name: 'server.cjs',
      text: `require('@promwright/process/register');\nconst { createServer } = require('node:http');\nconst express = require('express');\n${program}`,
    });
    expect(quickStart.typeScript).toEqual({
      name: 'server.mts',
      text: quickStart.program.text,
      commands: [
        'npm install --save-dev typescript @types/node @types/express',
        'npx tsc --strict --module nodenext --types node server.mts',
      ],
    });
  });

  test.each<[problem: string, from: string, to: string]>([
    ['no npm install line', 'npm install express @promwright/process', 'make'],
    ['packages of the install line and of the imports differ', 'npm install express ', 'npm install '],
    ['packages of the install line and of the imports differ', 'npm install express ', 'npm install express koa '],
    ['no js block after a line such as', '`server.mjs`:', 'In a file:'],
    ['no js block after a line such as', '`server.mjs`:', '`server.js`:'],
    ['no js block after a line that begins with "CommonJS', 'CommonJS (`server.cjs`)', 'Elsewhere'],
    ['imports and require lines differ', "const express = require('express');\n", ''],
    ['imports and require lines differ', 'const { createServer }', 'const { createServers }'],
    ['more than require lines', "require('express');", "require('express');\nexpress();"],
    ['no sh block after a line that begins with "TypeScript', 'TypeScript (`server.mts`)', 'TypeScript (`server.ts`)'],
    ['the TypeScript block must', ' --strict', ''],
    ['no text block with output', `${fence}text`, `${fence}json`],
  ])('refuses a README with %s', (problem, from, to) => {
    expect(() => readQuickStart(sample.replace(from, to))).toThrow(problem);
  });
});

const commandSample = `${fence}sh
npm install --save-dev @promwright/cli
${fence}

\`metrics.prom\`:

${fence}text
jobs 3
${fence}

${fence}sh
npx promwright check metrics.prom
${fence}

${fence}text
jobs no help text
${fence}
`;

describe('readCommandQuickStart', () => {
  test('reads the parts of a README', () => {
    expect(readCommandQuickStart(commandSample)).toEqual({
      install: 'npm install --save-dev @promwright/cli',
      file: { name: 'metrics.prom', text: 'jobs 3\n' },
      commands: ['npx promwright check metrics.prom'],
      output: ['jobs no help text'],
    });
  });

  test.each<[problem: string, from: string, to: string]>([
    ['no text block after a line such as', '`metrics.prom`:', 'A page:'],
    ['no sh block with an npx command on "metrics.prom"', 'check metrics.prom', 'check other.prom'],
    ['no text block with output', `${fence}text\njobs no`, `${fence}json\njobs no`],
  ])('refuses a README with %s', (problem, from, to) => {
    expect(() => readCommandQuickStart(commandSample.replace(from, to))).toThrow(problem);
  });
});
