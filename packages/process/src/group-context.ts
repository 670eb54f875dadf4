import type { Counter } from '@promwright/metrics';
import type { Collector, MergeMode, MetricScope, Registerer } from '@promwright/model';
import type { CheckedOptions } from './default-metrics-options.ts';
import type { MetricGroup } from './metric-group.ts';
import { ScalarFamily } from './scalar-family.ts';

/** Running group. */
export interface StartedGroup {
  /**
   * Collectors of the group. The first named family identifies the group in the registry: once it is unregistered, the
   * group is no longer needed.
   */
  readonly collectors: readonly Collector[];
  /** Releases all resources of the group except its collectors. */
  stop?(): void;
}

/** Name, help and labels of a family. */
export interface FamilyDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** Options, registry and family constructors for the start of a group. */
export class GroupContext {
  readonly options: CheckedOptions;
  readonly registry: Registerer;
  readonly #group: MetricGroup;
  readonly #errors: Counter<'group'>;
  #onAbandoned: () => void = () => undefined;
  /** Name of a family in the registry for as long as the metrics of the group are registered. */
  #familyName: string | undefined;

  constructor(group: MetricGroup, options: CheckedOptions, registry: Registerer, errors: Counter<'group'>) {
    this.options = options;
    this.registry = registry;
    this.#group = group;
    this.#errors = errors;
  }

  /** Returns the name with the prefix of the options. */
  name(name: string): string {
    return this.options.prefix + name;
  }

  /** Creates a gauge of the whole process; values of several processes add up. */
  processGauge(definition: FamilyDefinition): ScalarFamily {
    return this.#family('gauge', definition, 'process', 'livesum');
  }

  /** Creates a counter of the whole process. */
  processCounter(definition: FamilyDefinition): ScalarFamily {
    return this.#family('counter', definition, 'process', 'sum');
  }

  /** Creates the gauge of the start time of the process. */
  processStart(definition: FamilyDefinition): ScalarFamily {
    return this.#family('gauge', definition, 'process', 'livemin');
  }

  /**
   * Creates a gauge of the environment: processes side by side share the value, and merging several readings keeps the
   * greatest.
   */
  sharedGauge(definition: FamilyDefinition): ScalarFamily {
    return this.#family('gauge', definition, 'process', 'livemax');
  }

  /** Creates a counter of the environment. */
  sharedCounter(definition: FamilyDefinition): ScalarFamily {
    return this.#family('counter', definition, 'process', 'max');
  }

  /** Creates a gauge of this thread. */
  threadGauge(definition: FamilyDefinition, merge: MergeMode = 'livesum'): ScalarFamily {
    return this.#family('gauge', definition, 'thread', merge);
  }

  /** Creates a counter of this thread. */
  threadCounter(definition: FamilyDefinition): ScalarFamily {
    return this.#family('counter', definition, 'thread', 'sum');
  }

  /** Creates an info metric of the process. */
  processInfo(definition: FamilyDefinition): ScalarFamily {
    return this.#family('info', definition, 'process', 'livemostrecent');
  }

  /**
   * Wraps a callback of Node. The wrapper never throws, because an exception would end the program. It ends the group
   * once other code has unregistered its metrics, because nobody can see them any more.
   */
  guard<A extends readonly unknown[]>(run: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      try {
        if (this.#isAbandoned()) this.#onAbandoned();
        else run(...args);
      } catch {
        this.countError();
      }
    };
  }

  /** Counts an internal error. Never throws. */
  countError(): void {
    try {
      this.#errors.inc({ group: this.#group });
    } catch {
      // The error cannot be reported anywhere.
    }
  }

  /** Sets the running group and the function to end it. */
  watch(started: StartedGroup, onAbandoned: () => void): void {
    this.#familyName = started.collectors.flatMap(({ families = [] }) => families)[0]?.name;
    this.#onAbandoned = onAbandoned;
  }

  #isAbandoned(): boolean {
    const { get } = this.registry as { get?: (name: string) => Collector | undefined };
    if (typeof get !== 'function' || this.#familyName === undefined) return false;
    return get.call(this.registry, this.#familyName) === undefined;
  }

  #family(
    type: 'counter' | 'gauge' | 'info',
    definition: FamilyDefinition,
    scope: MetricScope,
    merge: MergeMode,
  ): ScalarFamily {
    return new ScalarFamily({ ...definition, name: this.name(definition.name), type, scope, merge });
  }
}
