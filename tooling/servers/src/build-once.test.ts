import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildOnce } from './build-once.ts';
import { runToEnd } from './run-to-end.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Writes a file into the folder under construction. */
function writing(content: string): (scratch: string) => Promise<string> {
  return async (scratch) => {
    await writeFile(path.join(scratch, 'root', 'content'), content);
    return 'built';
  };
}

test('concurrent callers of buildOnce build once and get the same folder', async () => {
  const cache = await temporaryFolder();
  const folder = path.join(cache, 'a');
  let builds = 0;
  const build = (scratch: string) => writing(`build ${++builds}`)(scratch);

  const folders = await Promise.all([buildOnce(folder, build), buildOnce(folder, build), buildOnce(folder, build)]);

  expect(folders).toEqual([folder, folder, folder]);
  expect(await readFile(path.join(folder, 'content'), 'utf8')).toBe('build 1');
  expect(await readdir(cache)).toEqual(['a']);
});

test('a build that fails leaves nothing behind and the next one succeeds', async () => {
  const cache = await temporaryFolder();
  const folder = path.join(cache, 'a');

  await expect(buildOnce(folder, () => Promise.reject(new Error('no mirror')))).rejects.toThrow('no mirror');

  expect(await readdir(cache)).toEqual([]);
  expect(await buildOnce(folder, writing('second'))).toBe(folder);
});

test('a folder without the marker is built again', async () => {
  const folder = path.join(await temporaryFolder(), 'a');
  await mkdir(folder);
  await writeFile(path.join(folder, 'half'), '');

  await buildOnce(folder, writing('whole'));

  expect((await readdir(folder)).sort()).toEqual(['.ok', 'content']);
});

test('a build whose process died is started again and its files are deleted', async () => {
  const cache = await temporaryFolder();
  const ended = await runToEnd(process.execPath, ['-p', 'process.pid']);
  await mkdir(path.join(cache, '.building-old'));
  await writeFile(path.join(cache, 'a.lock'), `${ended.stdout.trim()}\n.building-old`);

  await buildOnce(path.join(cache, 'a'), writing('new'));

  expect(await readdir(cache)).toEqual(['a']);
});

test('buildOnce waits for the build of another process', async () => {
  const cache = await temporaryFolder();
  const folder = path.join(cache, 'a');
  const other = new EventTarget();
  const first = buildOnce(folder, async (scratch) => {
    await once(other, 'finish');
    return writing('first')(scratch);
  });
  await expect.poll(() => readdir(cache)).toContain('a.lock');

  const second = buildOnce(folder, () => Promise.reject(new Error('must not build')));
  other.dispatchEvent(new Event('finish'));

  expect(await Promise.all([first, second])).toEqual([folder, folder]);
});
