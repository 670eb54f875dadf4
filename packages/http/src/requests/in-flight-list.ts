import type { Registerer } from '@promwright/model';
import type { ActiveRequest } from './active-request.ts';

// By name, so that two copies of this package which count into one registry know of each other's requests.
const LISTS: unique symbol = Symbol.for('@promwright/http-open-requests@1') as never;

interface WithLists {
  [LISTS]?: Map<string, InFlightList>;
}

/** The requests under way, oldest first. A linked list, so that a request comes and goes at the same cost however many there are. */
export class InFlightList {
  #oldest: ActiveRequest | undefined;
  #newest: ActiveRequest | undefined;

  add(request: ActiveRequest): void {
    const newest = this.#newest;
    if (newest === undefined) this.#oldest = request;
    else newest.newer = request;
    request.older = newest;
    this.#newest = request;
  }

  /** The request must be in it. */
  remove(request: ActiveRequest): void {
    const { older, newer } = request;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    request.older = undefined;
    request.newer = undefined;
  }

  /** For how long the oldest has been under way; 0 if there is none. */
  oldestAgeSeconds(): number {
    return this.#oldest === undefined ? 0 : (performance.now() - this.#oldest.startMs) / 1000;
  }
}

/** The list of all who count their requests in flight under this name in this registry. */
export function inFlightListOf(registry: Registerer, name: string): InFlightList {
  const holder = registry as WithLists;
  let lists = holder[LISTS];
  if (lists === undefined) {
    lists = new Map();
    Object.defineProperty(holder, LISTS, { value: lists });
  }
  let list = lists.get(name);
  if (list === undefined) {
    list = new InFlightList();
    lists.set(name, list);
  }
  return list;
}
