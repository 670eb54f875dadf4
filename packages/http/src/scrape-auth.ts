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
  const { bearer, basic } = (auth ?? {}) as { bearer?: unknown; basic?: { user?: unknown; password?: unknown } };
  if (typeof bearer === 'string' && bearer !== '' && basic === undefined) return;
  const { user, password } = basic ?? {};
  // A colon ends the name (RFC 7617, section 2).
  if (bearer === undefined && typeof user === 'string' && !user.includes(':') && typeof password === 'string') return;
  // Its value may be a secret, so it is not told.
  const kind = typeof auth === 'object' && auth !== null ? `keys ${Object.keys(auth).join(', ')}` : describeValue(auth);
  throw typeError(
    'INVALID_OPTION',
    `Option "auth" must be { bearer }, { basic: { user, password } } or a function, of texts that are not empty and a user without ":"; got ${kind}`,
  );
}

/** The option as a rule. */
export function authRule(auth: ScrapeAuth<never>): AuthRule {
  if (typeof auth === 'function') {
    const ask = auth as (req: unknown) => boolean | Promise<boolean>;
    return { challenge: undefined, isAllowed: async (_authorization, req) => (await ask(req)) === true };
  }
  const scheme = 'bearer' in auth ? 'Bearer' : 'Basic';
  const secret = 'bearer' in auth ? auth.bearer : base64(`${auth.basic.user}:${auth.basic.password}`);
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
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
