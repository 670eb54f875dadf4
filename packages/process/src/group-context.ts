import type { Counter } from '@promwright/metrics';
import type { Collector, MergeMode, MetricScope, Registerer } from '@promwright/model';
import type { CheckedOptions } from './default-metrics-options.ts';
import type { MetricGroup } from './metric-group.ts';
import { ScalarFamily } from './scalar-family.ts';

/** A group at work. */
export interface StartedGroup {
  /** What it registered, by name for one of them: where that is gone from the registry, nobody needs the group any more. */
  readonly collectors: readonly Collector[];
  /** Takes back everything that it started, but not its collectors. */
  stop?(): void;
}

/** What sets a family apart from the others of its group. */
export interface FamilyDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** What a group is given to start with. */
export class GroupContext {
  readonly options: CheckedOptions;
  readonly registry: Registerer;
  readonly #group: MetricGroup;
  readonly #errors: Counter<'group'>;
  #onAbandoned: () => void = () => undefined;
  /** A name that is in the registry as long as the group's metrics are. */
  #familyName: string | undefined;

  constructor(group: MetricGroup, options: CheckedOptions, registry: Registerer, errors: Counter<'group'>) {
    this.options = options;
    this.registry = registry;
    this.#group = group;
    this.#errors = errors;
  }

  /** The name of a metric with the prefix that the caller asked for. */
  name(name: string): string {
    return this.options.prefix + name;
  }

  /** A gauge of the process as a whole, of which each of several processes has its own. */
  processGauge(definition: FamilyDefinition): ScalarFamily {
    return this.#family('gauge', definition, 'process', 'livesum');
  }

  /** A counter of the process as a whole. */
  processCounter(definition: FamilyDefinition): ScalarFamily {
    return this.#family('counter', definition, 'process', 'sum');
  }

  /** The time at which the process began. */
  processStart(definition: FamilyDefinition): ScalarFamily {
    return this.#family('gauge', definition, 'process', 'livemin');
  }

  /** A gauge of the surroundings: processes side by side have the same one, and several readings are to become one. */
  sharedGauge(definition: FamilyDefinition): ScalarFamily {
    return this.#family('gauge', definition, 'process', 'livemax');
  }

  /** A counter of the surroundings. */
  sharedCounter(definition: FamilyDefinition): ScalarFamily {
    return this.#family('counter', definition, 'process', 'max');
  }

  /** A gauge of this thread. */
  threadGauge(definition: FamilyDefinition, merge: MergeMode = 'livesum'): ScalarFamily {
    return this.#family('gauge', definition, 'thread', merge);
  }

  /** A counter of this thread. */
  threadCounter(definition: FamilyDefinition): ScalarFamily {
    return this.#family('counter', definition, 'thread', 'sum');
  }

  /** An info metric of the process. */
  processInfo(definition: FamilyDefinition): ScalarFamily {
    return this.#family('info', definition, 'process', 'livemostrecent');
  }

  /**
   * A callback for Node: it throws nothing, since that would end the program, and ends the group once its metrics were taken
   * out of the registry by others, since nobody can see then what it does.
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

  /** Something inside failed; the program is none the wiser. Never throws. */
  countError(): void {
    try {
      this.#errors.inc({ group: this.#group });
    } catch {
      // Nobody is left to be told.
    }
  }

  /** Says what runs, and how it is ended. */
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
