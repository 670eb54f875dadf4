import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Permissions of a file that replaces no file: readable for all users, regardless of the umask of the process. */
const NEW_FILE_MODE = 0o644;

/**
 * Creates or replaces a file atomically: readers see the whole old file or the whole new file. The new file has the permissions
 * of the old file, and its owner if the process may change owners. After an error the old file is unchanged.
 */
export async function replaceFile(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const { target, replaced } = await resolveTarget(file);
  // The temporary file is in the same folder, because `rename` works only within one file system.
  const temporary = path.join(path.dirname(target), `.promwright-${randomUUID()}.tmp`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    try {
      for await (const chunk of content) await handle.appendFile(chunk);
      await copyPermissions(handle, replaced);
      // Without `sync`, the file may be empty after a power failure.
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

/**
 * Returns the file to replace, with its attributes. If the path is a symbolic link, the link stays and its target is
 * replaced.
 */
async function resolveTarget(file: string): Promise<{ readonly target: string; readonly replaced: Stats | undefined }> {
  const target = await realpath(file).catch(ignoring('ENOENT'));
  if (target === undefined) {
    const link = await lstat(file).catch(ignoring('ENOENT'));
    if (link !== undefined) throw new Error('the symbolic link has no target');
    return { target: file, replaced: undefined };
  }
  const replaced = await stat(target).catch(ignoring('ENOENT'));
  if (replaced?.isFile() === false) throw new Error('the path is not a regular file');
  return { target, replaced };
}

async function copyPermissions(handle: FileHandle, replaced: Stats | undefined): Promise<void> {
  if (replaced !== undefined) {
    const { uid, gid } = await handle.stat();
    if (uid !== replaced.uid || gid !== replaced.gid) {
      // A process without privileges cannot change the owner, but it can set a group that its user belongs to.
      await handle
        .chown(replaced.uid, replaced.gid)
        .catch(() => handle.chown(uid, replaced.gid).catch(() => undefined));
    }
  }
  // `chmod` comes after `chown`, because `chown` may remove permissions.
  await handle.chmod(replaced === undefined ? NEW_FILE_MODE : replaced.mode & 0o777);
}

/** Returns a callback for `catch` that ignores errors with the given code and throws all others. */
function ignoring(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
    return undefined;
  };
}
