export { type Counts, countsIn } from './counts.ts';
export { describeRequestEnds, type Listener, type StartServer } from './request-ends.ts';
