import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** What a file of ours is given that replaces none: everybody may read it, whatever the process's mask says. */
const NEW_FILE_MODE = 0o644;

/**
 * Puts a file with this content into the place of another, or of none, at once: who reads sees all of the old one or all of
 * the new one. The new one gets the permissions of the old one, and its owner where the process may give files away. When
 * something goes wrong, the old one stays as it was.
 */
export async function replaceFile(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const { target, replaced } = await resolveTarget(file);
  // In the same folder, because a file cannot be renamed into another file system.
  const temporary = path.join(path.dirname(target), `.promwright-${randomUUID()}.tmp`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    try {
      for await (const chunk of content) await handle.appendFile(chunk);
      await copyPermissions(handle, replaced);
      // Else a machine that loses its power now may find the new name with nothing in it.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A link stays, and the file that it leads to is the one that is replaced, as whoever made the link expects. */
async function resolveTarget(file: string): Promise<{ readonly target: string; readonly replaced: Stats | undefined }> {
  const target = await realpath(file).catch(ignoring('ENOENT'));
  if (target === undefined) {
    const link = await lstat(file).catch(ignoring('ENOENT'));
    if (link !== undefined) throw new Error('it is a link that leads nowhere');
    return { target: file, replaced: undefined };
  }
  const replaced = await stat(target).catch(ignoring('ENOENT'));
  if (replaced?.isFile() === false) throw new Error('it is no regular file');
  return { target, replaced };
}

async function copyPermissions(handle: FileHandle, replaced: Stats | undefined): Promise<void> {
  if (replaced !== undefined) {
    const { uid, gid } = await handle.stat();
    if (uid !== replaced.uid || gid !== replaced.gid) {
      // A process without privileges may still give it to another group that it is in.
      await handle
        .chown(replaced.uid, replaced.gid)
        .catch(() => handle.chown(uid, replaced.gid).catch(() => undefined));
    }
  }
  // Behind the change of owner, which takes permissions away.
  await handle.chmod(replaced === undefined ? NEW_FILE_MODE : replaced.mode & 0o777);
}

function ignoring(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
    return undefined;
  };
}
