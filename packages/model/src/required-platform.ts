/**
 * Throws in an engine older than ECMAScript 2024, such as Node 18, with the version that is needed. Without this check a
 * program would load and fail at its first label with "toWellFormed is not a function".
 * @throws Error that names the required version of Node.js and, in Node.js, the present one
 */
export function requirePlatform(): void {
  if (typeof String.prototype.toWellFormed === 'function') return;
  const { process } = globalThis as { process?: { readonly version?: string } };
  const found =
    process?.version === undefined ? 'this engine has no String.prototype.toWellFormed' : `this is ${process.version}`;
  throw new Error(`Promwright needs Node.js 20.19 or later, or an engine with ECMAScript 2024; ${found}`);
}
