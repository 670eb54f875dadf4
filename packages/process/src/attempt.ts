/** What a call gives, or nothing where the platform does not have it: missing altogether, or there only to say so. */
export function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
