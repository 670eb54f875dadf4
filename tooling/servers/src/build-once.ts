import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 100;
/** Age from which a lock is abandoned, even if a process with its number is alive. */
const abandonedAfterMs = 10 * 60_000;

/**
 * Fills `folder` once, for any number of concurrent callers and processes, and returns `folder`. `build` gets a scratch folder,
 * writes the content into its subfolder `root` and returns the text of the marker file `.ok`. The content appears under its final
 * name complete or not at all. A folder without the marker is built again.
 */
export async function buildOnce(folder: string, build: (scratch: string) => Promise<string>): Promise<string> {
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true });
  while (!isBuilt(folder)) {
    const scratch = await mkdtemp(path.join(parent, '.building-'));
    try {
      const release = await tryLock(`${folder}.lock`, scratch);
      if (release === undefined) {
        await delay(pollMs);
        continue;
      }
      try {
        if (!isBuilt(folder)) await buildInto(folder, scratch, build);
      } finally {
        await release();
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return folder;
}

function isBuilt(folder: string): boolean {
  return existsSync(path.join(folder, '.ok'));
}

async function buildInto(folder: string, scratch: string, build: (scratch: string) => Promise<string>): Promise<void> {
  const root = path.join(scratch, 'root');
  await mkdir(root);
  const marker = await build(scratch);
  await writeFile(path.join(root, '.ok'), marker);
  await rename(folder, path.join(scratch, 'unfinished')).catch(ignore('ENOENT'));
  // The lock makes two builders unlikely, not impossible: the second builder finds the same content in place.
  await rename(root, folder).catch(ignore('ENOTEMPTY', 'EEXIST'));
}

/** Takes the lock and returns a function that releases the lock; returns `undefined` while another live process holds it. */
async function tryLock(lock: string, scratch: string): Promise<(() => Promise<void>) | undefined> {
  const owner = path.join(scratch, 'owner');
  await writeFile(owner, `${process.pid}\n${path.basename(scratch)}`);
  try {
    // A link appears together with its content, so no process ever reads a lock without an owner.
    await link(owner, lock);
    return () => rm(lock, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const [holder, age] = await Promise.all([
    readFile(lock, 'utf8').catch(ignore('ENOENT')),
    stat(lock).then(({ mtimeMs }) => Date.now() - mtimeMs, ignore('ENOENT')),
  ]);
  if (holder === undefined || age === undefined) return undefined;
  const [pid, abandoned = ''] = holder.split('\n');
  if (age > abandonedAfterMs || !isAlive(Number(pid))) {
    await rm(lock, { force: true });
    if (abandoned.startsWith('.building-')) {
      await rm(path.join(path.dirname(lock), abandoned), { recursive: true, force: true });
    }
  }
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only tests if the process exists
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ignore(...codes: readonly string[]): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error;
    return undefined;
  };
}
