const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EISDIR', 'is a directory'],
  ['EACCES', 'no permission to read the file'],
  ['EPERM', 'no permission to read the file'],
]);

/** Returns the reason why a file could not be read, without the name of the file. */
export function fileErrorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Messages of system calls end with the path, which may be a malformed URL with a password.
  return (
    REASONS.get('code' in error && error.code) ?? ('syscall' in error ? error.message.split(',')[0]! : error.message)
  );
}
