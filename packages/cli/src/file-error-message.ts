const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EISDIR', 'is a directory'],
  ['EACCES', 'may not be read'],
  ['EPERM', 'may not be read'],
]);

/** Why a file could not be read, without its name. */
export function fileErrorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return REASONS.get('code' in error && error.code) ?? error.message;
}
