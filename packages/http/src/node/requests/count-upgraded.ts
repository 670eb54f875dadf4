import type { Socket } from 'node:net';
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
  socket: Socket & Counted,
): void {
  if (socket[COUNTED] === true || socket.destroyed) return;
  socket[COUNTED] = true;
  socket.once('close', recorder.upgraded(protocol));
}
