import { describeValue, typeError } from '@promwright/model';

/** With what one side of a connection shows who it is: a bearer token, or a name and a password. */
export type Credentials =
  | { readonly bearer: string }
  | { readonly basic: { readonly user: string; readonly password: string } };

/**
 * Checks an option that holds credentials, and copies them. Refused is what a header could not carry, or what would never match,
 * such as a token with the end of the line of the file from which it was read.
 * @param choices how a message names what the option takes, such as `{ bearer } or { basic: { user, password } }`
 * @throws TypeError with code `INVALID_OPTION`, which tells the kind of a value that may be a secret and never the value
 */
export function checkCredentials(option: string, value: unknown, choices: string): Credentials {
  const { bearer, basic } = (value ?? {}) as { bearer?: unknown; basic?: unknown };
  if ((bearer === undefined) === (basic === undefined)) {
    throw typeError('INVALID_OPTION', `Option "${option}" must be ${choices}; got ${kindOf(value)}`);
  }
  return bearer === undefined
    ? { basic: checkBasic(`${option}.basic`, basic) }
    : { bearer: checkBearer(`${option}.bearer`, bearer) };
}

function checkBearer(option: string, bearer: unknown): string {
  if (typeof bearer === 'string' && /^[!-~]+$/.test(bearer)) return bearer;
  throw typeError(
    'INVALID_OPTION',
    `Option "${option}" must be a string of visible ASCII characters, without spaces; got ${kindOf(bearer)}`,
  );
}

function checkBasic(option: string, basic: unknown): { readonly user: string; readonly password: string } {
  const { user, password } = (basic ?? {}) as { user?: unknown; password?: unknown };
  // A colon ends the name (RFC 7617, section 2).
  if (isCredential(user) && !user.includes(':') && isCredential(password)) return { user, password };
  const found = typeof basic === 'object' && basic !== null ? `user ${kindOf(user)}, password ${kindOf(password)}` : '';
  throw typeError(
    'INVALID_OPTION',
    `Option "${option}" must be { user, password }, non-empty strings without control characters, the user without ":"; got ${found || kindOf(basic)}`,
  );
}

/** Control characters are forbidden there (RFC 7617, section 2). */
function isCredential(value: unknown): value is string {
  return typeof value === 'string' && /^\P{Cc}+$/u.test(value);
}

/** What may be a secret is not told. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return describeValue(value);
  return `an object with ${Object.keys(value).join(', ') || 'no keys'}`;
}
