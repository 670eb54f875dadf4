import type { Collector, Registerer } from '@promwright/model';

/** Registers in another, and can take it all back, for what consists of several metrics of which a later one may be refused. */
export class RollbackRegisterer implements Registerer {
  readonly #registerer: Registerer;
  readonly #added: Collector[] = [];

  constructor(registerer: Registerer) {
    this.#registerer = registerer;
  }

  register<C extends Collector>(collector: C): C {
    const registered = this.#registerer.register(collector);
    // Another one was there before, and stays.
    if (registered === collector) this.#added.push(collector);
    return registered;
  }

  unregister(collector: Collector): boolean {
    return this.#registerer.unregister(collector);
  }

  /** Takes out what was not there before. */
  undo(): void {
    for (const collector of this.#added) this.#registerer.unregister(collector);
  }
}
