/** A status that HTTP does not have; a handler may send any number from 100 to 999. */
const UNKNOWN_STATUS = '0xx';

/** What the label `status_code` shows. */
export type StatusLabel = number | typeof UNKNOWN_STATUS;

/** The status itself where it is one of HTTP's, so that a handler's mistakes cannot make a series each. */
export function statusLabel(status: number): StatusLabel {
  return status >= 100 && status < 600 ? status : UNKNOWN_STATUS;
}
