export type { JobOptions } from './job-options.ts';
export type { PushAuth } from './push-auth.ts';
export { PushError } from './push-error.ts';
export type { PushTls } from './push-tls.ts';
export { type PushCallOptions, Pushgateway } from './pushgateway.ts';
export type { PushgatewayOptions } from './pushgateway-options.ts';
export type { StartOptions } from './start-options.ts';
