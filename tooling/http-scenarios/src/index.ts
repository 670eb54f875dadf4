export { ask, begin, type ReceivedResponse } from './ask.ts';
export { countedAs } from './counted-as.ts';
export { type Counts, countsIn, ended, errors, inFlight, rows, total } from './counts.ts';
export { eventually } from './eventually.ts';
export { listening } from './listening.ts';
export { open, opened } from './open.ts';
export { describeRequestEnds, type Listener, type StartServer } from './request-ends.ts';
export { describeServedMetrics, type StartScraped } from './served-metrics.ts';
