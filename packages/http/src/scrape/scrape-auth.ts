import { describeValue, typeError } from '@promwright/model';

/** The option `auth`. */
export type ScrapeAuth<Req = never> =
  | { readonly bearer: string }
  | { readonly basic: { readonly user: string; readonly password: string } }
  | ((req: Req) => boolean | Promise<boolean>);

/** What a reader without the right credentials is told. */
export interface AuthRule {
  readonly challenge: string | undefined;
  isAllowed(authorization: string | undefined, req: unknown): Promise<boolean>;
}

/** @throws TypeError with code `INVALID_OPTION` */
export function checkAuth(auth: unknown): void {
  if (typeof auth === 'function') return;
  const { bearer, basic } = (auth ?? {}) as { bearer?: unknown; basic?: unknown };
  if ((bearer === undefined) === (basic === undefined)) {
    throw typeError(
      'INVALID_OPTION',
      `Option "auth" must be { bearer }, { basic: { user, password } } or a function; got ${kindOf(auth)}`,
    );
  }
  if (bearer !== undefined) checkBearer(bearer);
  else checkBasic(basic);
}

function checkBearer(bearer: unknown): void {
  // What else a header could hold would never match: such as the end of the line of a file that was read.
  if (typeof bearer === 'string' && /^[!-~]+$/.test(bearer)) return;
  throw typeError(
    'INVALID_OPTION',
    `Option "auth.bearer" must be a text of visible ASCII characters, without spaces; got ${kindOf(bearer)}`,
  );
}

function checkBasic(basic: unknown): void {
  const { user, password } = (basic ?? {}) as { user?: unknown; password?: unknown };
  // A colon ends the name (RFC 7617, section 2).
  if (isCredential(user) && !user.includes(':') && isCredential(password)) return;
  const found = typeof basic === 'object' && basic !== null ? `user ${kindOf(user)}, password ${kindOf(password)}` : '';
  throw typeError(
    'INVALID_OPTION',
    `Option "auth.basic" must be { user, password }, texts that are not empty, without control characters, the user without ":"; got ${found || kindOf(basic)}`,
  );
}

/** Control characters are forbidden there (RFC 7617, section 2). */
function isCredential(value: unknown): value is string {
  return typeof value === 'string' && /^\P{Cc}+$/u.test(value);
}

/** What may be a secret is not told. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : `a text of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return describeValue(value);
  return `an object with ${Object.keys(value).join(', ') || 'no keys'}`;
}

/** The option as a rule. */
export function authRule(auth: ScrapeAuth<never>): AuthRule {
  if (typeof auth === 'function') {
    const ask = auth as (req: unknown) => boolean | Promise<boolean>;
    return { challenge: undefined, isAllowed: async (_authorization, req) => (await ask(req)) === true };
  }
  const { bearer, basic } = auth as { bearer?: string; basic?: { user: string; password: string } };
  const scheme = bearer === undefined ? 'Basic' : 'Bearer';
  const secret = bearer ?? base64(`${basic?.user}:${basic?.password}`);
  const expected = digest(secret);
  return {
    challenge: `${scheme} realm="metrics"`,
    async isAllowed(authorization) {
      const [, given = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
      // The name of the scheme is no secret (RFC 9110, section 11.1: in any case of letters).
      const isScheme = given.toLowerCase() === scheme.toLowerCase();
      return isEqual(await digest(credentials), await expected) && isScheme;
    },
  };
}

/** Compared are digests, of one length whatever was sent, so that the time taken says nothing about the secret. */
async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** Of the bytes of UTF-8, which is what Prometheus sends. */
function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
