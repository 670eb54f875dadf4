import type { Collector } from '@promwright/model';

/**
 * Key of the state that two collectors of one definition share, also across copies of this package. The number changes when
 * a copy can no longer use the state of another copy.
 */
export const SHARED_STATE: unique symbol = Symbol.for('@promwright/shared-state@1') as never;

/** Collector whose state can be replaced by the state of another collector of the same definition. */
export interface AdoptingCollector<T> extends Collector {
  readonly name: string;
  [SHARED_STATE]: T;
}
