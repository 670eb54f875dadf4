import type { Collector, MetricSettings, Registerer } from '@promwright/model';

/** Registers collectors in another registerer and can undo all of them, if a later one is refused. */
export class RollbackRegisterer implements Registerer {
  readonly #registerer: Registerer;
  readonly #added: Collector[] = [];

  constructor(registerer: Registerer) {
    this.#registerer = registerer;
  }

  get settings(): MetricSettings | undefined {
    return this.#registerer.settings;
  }

  register<C extends Collector>(collector: C): C {
    const registered = this.#registerer.register(collector);
    // An equal metric was registered before, and stays.
    if (registered === collector) this.#added.push(collector);
    return registered;
  }

  unregister(collector: Collector): boolean {
    return this.#registerer.unregister(collector);
  }

  /** Unregisters all collectors that this object added. */
  undo(): void {
    for (const collector of this.#added) this.#registerer.unregister(collector);
  }
}
