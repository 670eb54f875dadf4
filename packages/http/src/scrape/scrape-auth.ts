import { type Credentials, checkCredentials } from '@promwright/exporter';

/** Option `auth`: credentials, or a function that returns true for an allowed request. */
export type ScrapeAuth<Req = never> = Credentials | ((req: Req) => boolean | Promise<boolean>);

/** Rule that decides about requests. */
export interface AuthRule {
  /** Value of the header `WWW-Authenticate` for refused requests. */
  readonly challenge: string | undefined;
  isAllowed(authorization: string | undefined, req: unknown): Promise<boolean>;
}

/**
 * Checks the option `auth`.
 * @throws TypeError with code `INVALID_OPTION`, whose message contains no secret
 */
export function checkAuth(auth: unknown): void {
  if (typeof auth === 'function') return;
  checkCredentials('auth', auth, '{ bearer }, { basic: { user, password } } or a function');
}

/** Returns the option as a rule. */
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
      // The scheme is no secret and is case-insensitive (RFC 9110, section 11.1).
      const isScheme = given.toLowerCase() === scheme.toLowerCase();
      return isEqual(await digest(credentials), await expected) && isScheme;
    },
  };
}

/** Returns a digest. Digests have the same length for any input, so the time of a comparison reveals nothing about the secret. */
async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** Encodes the UTF-8 bytes of a string, as Prometheus does. */
function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
