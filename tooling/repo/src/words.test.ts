import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainEnvironment } from './plain-environment.ts';
import { root } from './workspace.ts';

const sample = [
  '/** What it is. */',
  'export const a = "/** Which one */";',
  '/**',
  ' * Number of requests,',
  ' * without those that failed.',
  ' */',
  'export const b = 1;',
  'export function c(): void {',
  '  // The reason why.',
  '}',
].join('\n');

const folder = mkdtempSync(path.join(tmpdir(), 'promwright-words-'));

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: folder, env: plainEnvironment(), encoding: 'utf8' });
}

function words(...args: string[]): string[] {
  return run(process.execPath, path.join(root, 'tooling/repo/words.mjs'), ...args).split('\n');
}

beforeAll(() => {
  mkdirSync(path.join(folder, 'packages/first/src'), { recursive: true });
  writeFileSync(path.join(folder, 'packages/first/src/sample.ts'), sample);
  writeFileSync(path.join(folder, 'packages/first/src/sample.test.ts'), '// It is not counted');
  run('git', 'init', '--quiet');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('words counts comments by package, pointing words and doc comments that open with one', () => {
  const lines = words();

  expect(lines.slice(0, 3)).toEqual([
    'package  comment words  pointing  doc comments  pointing openings',
    'first               13     30.8%             2              50.0%',
    'total               13     30.8%             2              50.0%',
  ]);
});

test('words lists doc comments of a package that open with a pointing word', () => {
  const lines = words('--list', 'first');

  expect(lines[0]).toBe('packages/first/src/sample.ts:1 What it is.');
  expect(lines[1]).toBe('');
});

test('words measures a revision', () => {
  run('git', 'add', '--all');
  run('git', '-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', 'sample');
  writeFileSync(path.join(folder, 'packages/first/src/sample.ts'), '/** Name. */');

  const before = words('HEAD');
  const now = words();

  expect(before[2]).toBe('total               13     30.8%             2              50.0%');
  expect(now[2]).toBe('total                1      0.0%             1               0.0%');
});
