import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recordedTree } from '../test/recorded-tree.ts';
import { OpenFile } from './open-file.ts';

function openedFile(content: string) {
  const file = path.join(recordedTree({ 'a/file': content }), 'a/file');
  const opened = new OpenFile(file);
  onTestFinished(() => opened.close());
  return { file, opened };
}

test('OpenFile reads the current text each time, of any length', () => {
  const lengths = [5, 0, 2047, 2048, 4096, 4097, 100_000, 3];
  const { file, opened } = openedFile('');

  for (const length of lengths) {
    const text = 'ab\n'.repeat(length).slice(0, length);
    writeFileSync(file, text);

    expect(opened.read()).toBe(text);
  }
});

test('OpenFile returns undefined for a missing file until it exists', () => {
  const { file, opened } = openedFile('1');
  rmSync(file);

  const missing = opened.read();
  writeFileSync(file, '2');

  expect([missing, opened.read()]).toEqual([undefined, '2']);
});

test('OpenFile returns undefined after close()', () => {
  const { opened } = openedFile('1');
  opened.read();

  opened.close();
  opened.close();

  expect(opened.read()).toBeUndefined();
});

test('OpenFile reads files of /proc like readFileSync, and opens each once', () => {
  // Files without changes between two reads. Other systems have none.
  const names = existsSync('/proc/self/limits') ? ['limits', 'mountinfo', 'mountstats', 'cmdline', 'cgroup'] : [];
  const files = names.map((name) => new OpenFile(`/proc/self/${name}`));
  onTestFinished(() => {
    for (const file of files) file.close();
  });
  for (const file of files) file.read();
  const countOpen = () => (names.length === 0 ? 0 : readdirSync('/proc/self/fd').length);
  const open = countOpen();

  const texts = files.map((file) => file.read());

  expect(countOpen()).toBe(open);
  expect(texts).toEqual(names.map((name) => readFileSync(`/proc/self/${name}`, 'latin1')));
});
