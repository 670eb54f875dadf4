import type { Registerer } from '@promwright/model';
import { registryOf } from '../options/registry-of.ts';
import { hasDefaultsOnly } from './differing-options.ts';
import { adapterOf, makeWay } from './instrumentations.ts';
import type { RequestOptions } from './request-options.ts';
import { RequestRecorder } from './request-recorder.ts';

/** Registry of metrics that are never shown. */
export const NOWHERE: Registerer = { register: (collector) => collector, unregister: () => false };

/**
 * Creates the recorder of an adapter. If an instrumented server without options for the recordings has taken the names with another
 * definition, its metrics make way.
 */
export function newAdapterRecorder<Req, Res>(
  options: RequestOptions<Req, Res, string>,
): RequestRecorder<Req, Res, string> {
  try {
    return new RequestRecorder(options);
  } catch (error) {
    const servers = makeWay(registryOf(options));
    if (servers.length === 0) throw error;
    try {
      return new RequestRecorder(options);
    } catch (again) {
      for (const server of servers) server.comeBack();
      throw again;
    }
  }
}

/**
 * Creates the recorder of an instrumented server. Returns `undefined` if an adapter has taken the names with another definition and
 * the server has no options for the recordings.
 */
export function newServerRecorder<Req, Res>(
  options: RequestOptions<Req, Res, string>,
): RequestRecorder<Req, Res, string> | undefined {
  try {
    return new RequestRecorder(options);
  } catch (error) {
    if (adapterOf(registryOf(options)) !== undefined && hasDefaultsOnly(options)) return undefined;
    throw error;
  }
}
