import type { Duplex } from 'node:stream';
import type { RequestRecorder } from '../../requests/request-recorder.ts';

// Registered by name: a connection that passes several instrumentations is counted once.
const COUNTED: unique symbol = Symbol.for('@promwright/http-upgraded@1') as never;

interface Counted {
  [COUNTED]?: true;
}

/** Counts an upgraded connection until it closes, unless another instrumentation counts it already. */
export function countUpgraded(
  recorder: Pick<RequestRecorder<never, never, string>, 'upgraded'>,
  protocol: string,
  connection: Duplex & Counted,
): void {
  if (connection[COUNTED] === true || connection.destroyed) return;
  connection[COUNTED] = true;
  connection.once('close', recorder.upgraded(protocol));
}
