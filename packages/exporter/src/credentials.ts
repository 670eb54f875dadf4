import { describeValue, typeError } from '@promwright/model';

/** Credentials of a client: a bearer token, or a user name and password for basic authentication. */
export type Credentials =
  | { readonly bearer: string }
  | { readonly basic: { readonly user: string; readonly password: string } };

/**
 * Checks an option that contains credentials, and returns a copy. Credentials that no header can carry are rejected,
 * such as a token that was read from a file and still ends in a line feed: the server would never accept it.
 * @param option name of the option, for the error message
 * @param choices expected values, for the error message, such as `{ bearer } or { basic: { user, password } }`
 * @throws TypeError with code `INVALID_OPTION`. The message never contains the value, only its type and length.
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
  // A colon separates user name and password, so the user name cannot contain one (RFC 7617, section 2).
  if (isCredential(user) && !user.includes(':') && isCredential(password)) return { user, password };
  const found = typeof basic === 'object' && basic !== null ? `user ${kindOf(user)}, password ${kindOf(password)}` : '';
  throw typeError(
    'INVALID_OPTION',
    `Option "${option}" must be { user, password }, non-empty strings without control characters, the user without ":"; got ${found || kindOf(basic)}`,
  );
}

/** Returns true for a non-empty string without control characters, which are forbidden (RFC 7617, section 2). */
function isCredential(value: unknown): value is string {
  return typeof value === 'string' && /^\P{Cc}+$/u.test(value);
}

/** Describes the type of a value that may be a secret, without showing the secret. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return describeValue(value);
  return `an object with ${Object.keys(value).join(', ') || 'no keys'}`;
}
