export type { GraphiteSample, PathFunction } from './custom-paths.ts';
export { GraphiteBridge } from './graphite-bridge.ts';
export type { GraphiteBridgeOptions } from './graphite-bridge-options.ts';
export { GraphiteError, type GraphiteFailure } from './graphite-error.ts';
export { pathNode, tagValue } from './names.ts';
