import type { Registerer } from '@promwright/model';
import type { ActiveRequest } from './active-request.ts';

// Registered by name: two copies of this package that count in one registry share the list.
const LISTS: unique symbol = Symbol.for('@promwright/http-open-requests@1') as never;

interface WithLists {
  [LISTS]?: Map<string, InFlightList>;
}

/** Requests in flight, oldest first. A linked list: adding and removing cost the same for any number of requests. */
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

  /** Removes a request. The request must be in the list. */
  remove(request: ActiveRequest): void {
    const { older, newer } = request;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    request.older = undefined;
    request.newer = undefined;
  }

  /** Returns the age of the oldest request, in seconds; 0 for an empty list. */
  oldestAgeSeconds(): number {
    return this.#oldest === undefined ? 0 : (performance.now() - this.#oldest.startMs) / 1000;
  }
}

/** Returns the list of all requests that count in this registry under this name. */
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
