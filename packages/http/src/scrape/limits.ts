/** Limit of the time for sending a body, in milliseconds; as long as most scrape intervals. */
export const SEND_TIMEOUT_MS = 60_000;
/** Size of the smallest body that is compressed. Compressing a smaller body saves less than a packet. */
export const MIN_COMPRESSED_BYTES = 1024;
/** Limit of the length of a query, in characters. */
export const MAX_QUERY_LENGTH = 65_536;
/** Limit of parameters in a query. */
export const MAX_PARAMETERS = 1024;
/** Limit of parameters `name[]` in a query. */
export const MAX_NAMES = 100;
