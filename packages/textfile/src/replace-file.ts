import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Permissions of a file that replaces no file: readable for all users, regardless of the umask of the process. */
const NEW_FILE_MODE = 0o644;

/**
 * Creates or replaces a file atomically: readers see the whole old file or the whole new file. The new file has the permissions
 * of the old file, and its owner if the process may change owners. After an error the old file is unchanged.
 *
 * Replaces a symbolic link itself and never its target: following a link by `realpath` and `rename` would go round the
 * protection of the kernel for links in shared folders, by which another user could choose any file as the target.
 */
export async function replaceFile(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  // Resolved once, so that no link to the folder changes between the creation of the temporary file and `rename`.
  const folder = await realpath(path.dirname(file));
  const target = path.join(folder, path.basename(file));
  const replaced = await replacedFile(target);
  const isShared = ((await stat(folder)).mode & 0o002) !== 0;
  // The temporary file is in the same folder, because `rename` works only within one file system. The flag `x` (O_EXCL) follows
  // no link and opens no file that exists; the name cannot be guessed.
  const temporary = path.join(folder, `.promwright-${randomUUID()}.tmp`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    try {
      for await (const chunk of content) await handle.appendFile(chunk);
      await copyPermissions(handle, replaced, isShared);
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

/** Returns the attributes of the file to replace; undefined for no file, or for a symbolic link. */
async function replacedFile(target: string): Promise<Stats | undefined> {
  const replaced = await lstat(target).catch(ignoring('ENOENT'));
  if (replaced === undefined || replaced.isSymbolicLink()) return undefined;
  if (!replaced.isFile()) throw new Error('the path is not a regular file');
  return replaced;
}

/** @param isShared true if all users may create files in the folder */
async function copyPermissions(handle: FileHandle, replaced: Stats | undefined, isShared: boolean): Promise<void> {
  if (replaced === undefined) {
    await handle.chmod(NEW_FILE_MODE);
    return;
  }
  const { uid, gid } = await handle.stat();
  if (isShared && replaced.uid !== uid) {
    // Any user may have put the file there, in order to own the new file or to be allowed to change it.
    await handle.chmod(replaced.mode & NEW_FILE_MODE);
    return;
  }
  if (uid !== replaced.uid || gid !== replaced.gid) {
    // A process without privileges cannot change the owner, but it can set a group that its user belongs to.
    await handle.chown(replaced.uid, replaced.gid).catch(() => handle.chown(uid, replaced.gid).catch(() => undefined));
  }
  // `chmod` comes after `chown`, because `chown` may remove permissions.
  await handle.chmod(replaced.mode & 0o777);
}

/** Returns a callback for `catch` that ignores errors with the given code and throws all others. */
function ignoring(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
    return undefined;
  };
}
