import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** True if this user can run `file`. */
export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Returns the full path of a command in the folders of `PATH`, as a shell would find it. */
export async function findExecutable(command: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, command);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return undefined;
}
