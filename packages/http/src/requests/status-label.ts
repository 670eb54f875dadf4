import { describeValue, rangeError } from '@promwright/model';

/** Label value of a status outside 100 to 599. A handler can send any number from 100 to 999. */
const UNKNOWN_STATUS = '0xx';

/** Option `status`: the code, its class such as `2xx`, or a function of the code. */
export type StatusOption = 'code' | 'class' | ((status: number) => string);

/**
 * Returns a function that turns a status into its label value. Statuses outside 100 to 599 share one value, because a handler's
 * mistakes must not create a series each. If the option is a function, that function is returned.
 * @throws with code `INVALID_OPTION` for any other value
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
