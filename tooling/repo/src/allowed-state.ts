/** Allowed state of a module. */
export interface AllowedState {
  readonly file: string;
  /** Name of the variable. */
  readonly name: string;
  /** Reason why no caller can notice the state, or why the state has to exist once in the process. */
  readonly reason: string;
}

/** Module-level values that can change, or look as if they could, and the reasons to allow them. */
export const allowedState: readonly AllowedState[] = [
  {
    file: 'packages/exposition/src/byte-sink.ts',
    name: 'NO_VIEW',
    reason: 'view of zero bytes, so that a field has one type from the start; nothing can be written to it',
  },
  {
    file: 'packages/express/src/template-by-matcher.ts',
    name: 'known',
    reason: 'templates of matchers, which never change; a second computation gives the same template',
  },
  {
    file: 'packages/express/src/templates-of-regexp.ts',
    name: 'known',
    reason: 'templates of expressions, which never change; a second computation gives the same templates',
  },
  {
    file: 'packages/metrics/src/registry/default-registry.ts',
    name: 'defaultRegistry',
    reason: 'default registry, which all copies of the package share on globalThis, under Symbol.for',
  },
  {
    file: 'packages/metrics/src/native/native-index.ts',
    name: 'double',
    reason: 'scratch number on the hot path; each call writes it before reading it, and no call runs inside another',
  },
  {
    file: 'packages/metrics/src/native/native-index.ts',
    name: 'words',
    reason: 'view of the bits of `double`',
  },
];
