import { type Credentials, checkCredentials } from '@promwright/exporter';

/** The option `auth`. */
export type ScrapeAuth<Req = never> = Credentials | ((req: Req) => boolean | Promise<boolean>);

/** What a reader without the right credentials is told. */
export interface AuthRule {
  readonly challenge: string | undefined;
  isAllowed(authorization: string | undefined, req: unknown): Promise<boolean>;
}

/** @throws TypeError with code `INVALID_OPTION`, which tells no secret */
export function checkAuth(auth: unknown): void {
  if (typeof auth === 'function') return;
  checkCredentials('auth', auth, '{ bearer }, { basic: { user, password } } or a function');
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
