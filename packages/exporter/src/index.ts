export { abortable } from './abortable.ts';
export { type BackoffOptions, backoffMs } from './backoff.ts';
export { type Credentials, checkCredentials } from './credentials.ts';
export { describeAddress } from './describe-address.ts';
export { type GatherWithTimeoutOptions, gatherWithTimeout } from './gather-with-timeout.ts';
export { checkGatherers, readGathererOption } from './gatherer-option.ts';
export { keepProcessAlive } from './keep-process-alive.ts';
export { type Repetition, repeat } from './repeat.ts';
export { ReportOnce } from './report-once.ts';
