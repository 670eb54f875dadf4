import { describeValue, rangeError } from '@promwright/model';

/** A status that HTTP does not have; a handler may send any number from 100 to 999. */
const UNKNOWN_STATUS = '0xx';

/** The option `status`: the code itself, its class such as `2xx`, or what a function makes of it. */
export type StatusOption = 'code' | 'class' | ((status: number) => string);

/**
 * What the label for the status shows: of what HTTP does not have one text, so that a handler's mistakes cannot make a
 * series each.
 * @throws with code `INVALID_OPTION` for anything else than the option's values
 */
export function statusLabel(option: StatusOption = 'code'): (status: number) => string | number {
  if (option === 'code') return (status) => (isHttp(status) ? status : UNKNOWN_STATUS);
  if (option === 'class') return (status) => (isHttp(status) ? `${Math.floor(status / 100)}xx` : UNKNOWN_STATUS);
  if (typeof option === 'function') return option;
  throw rangeError(
    'INVALID_OPTION',
    `Option "status" must be "code", "class" or a function; got ${describeValue(option)}`,
  );
}

function isHttp(status: number): boolean {
  return status >= 100 && status < 600;
}
