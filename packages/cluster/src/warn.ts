import { errorMessage } from '@promwright/model';

/** Default of the options `onError`. */
export function warn(error: unknown): void {
  process.emitWarning(`Metrics of processes are not shared: ${errorMessage(error)}`, {
    type: 'ClusterWarning',
    code: 'SPOOL_FAILED',
  });
}
