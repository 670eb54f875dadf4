import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorMessage, optionTypeError, PromwrightError } from '@promwright/model';

/** Closed to other users, who could else plant files. */
const MODE = 0o700;
/** Beginning of the name of the directory with the directories of a user's services. */
const PARENT_PREFIX = 'promwright-';

/**
 * Returns the directory of a service's files, from two options. By default it is in memory, where the system has a directory in memory,
 * with the user and the name of the service in its path.
 * @param name name of the service; by default, the script that the process runs
 * @throws TypeError with code `INVALID_OPTION` for a wrong name or directory
 */
export function directoryOf(name: unknown, directory: unknown): string {
  if (name !== undefined && (typeof name !== 'string' || !/^\w[\w.-]*$/.test(name))) {
    throw optionTypeError('name', 'a string of letters, digits, "_", "-" and "."', name);
  }
  if (directory !== undefined && (typeof directory !== 'string' || directory === '' || directory.includes('\0'))) {
    throw optionTypeError('directory', 'a path', directory);
  }
  if (directory !== undefined) return withRealParent(path.resolve(directory));
  const user = process.getuid?.() ?? 0;
  return path.join(temporaryDirectory(), `${PARENT_PREFIX}${user}`, name ?? scriptName());
}

/** Returns the name of the running script, with a part that tells scripts of the same name in different folders apart. */
function scriptName(): string {
  // PM2 runs scripts by a program of its own.
  const script = process.env.pm_exec_path ?? process.argv[1] ?? 'node';
  const base = path.basename(script).replaceAll(/[^\w.-]/g, '_');
  return `${base}-${createHash('sha256').update(path.resolve(script)).digest('hex').slice(0, 8)}`;
}

/** Returns the same path for a directory, by whatever links its parent is reached: a process must join it once. */
function withRealParent(directory: string): string {
  try {
    return path.join(realpathSync(path.dirname(directory)), path.basename(directory));
  } catch {
    // The parent is created later.
    return directory;
  }
}

/** A directory of the user's login session would not be the same for a service and for a command of the user. */
function temporaryDirectory(): string {
  const memory = '/dev/shm';
  const isThere = process.platform === 'linux' && statSync(memory, { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere ? memory : tmpdir();
}

/**
 * Creates a directory and those above it, if missing, and checks that no other user can change it.
 * @throws with code `SPOOL_FAILED` if the directory belongs to another user or is open to others, or cannot be created
 */
export function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: MODE });
  } catch (cause) {
    throw failure(directory, `cannot be created: ${errorMessage(cause)}`, cause);
  }
  checkClosed(directory);
  // Where all users may create files, the owner of the parent could replace the directory.
  const parent = path.dirname(directory);
  if (path.basename(parent).startsWith(PARENT_PREFIX)) checkClosed(parent);
}

function checkClosed(directory: string): void {
  const stat = lstatSync(directory);
  if (!stat.isDirectory()) throw failure(directory, 'must be a directory, and no symbolic link');
  const user = process.getuid?.();
  if (user !== undefined && stat.uid !== user) {
    throw failure(directory, `must belong to the user of the process (${user}); it belongs to user ${stat.uid}`);
  }
  if ((stat.mode & 0o077) !== 0) {
    throw failure(
      directory,
      `must be closed to other users (mode 700); its mode is ${(stat.mode & 0o777).toString(8)}`,
    );
  }
}

function failure(directory: string, problem: string, cause?: unknown): PromwrightError {
  return new PromwrightError('SPOOL_FAILED', `Spool directory "${directory}" ${problem}`, { cause });
}
