import { describeValue, rangeError, typeError } from '@promwright/model';
import { type ExtraColumns, Metric } from './metric.ts';
import { type Labels, type MetricOptions, optionNames, type WithLabels } from './metric-options.ts';
import { Series } from './series/series.ts';
import type { SeriesTable } from './series/series-table.ts';
import { withExpiry } from './series/with-expiry.ts';

/** Options of a state set. */
export interface StateSetOptions<S extends string, L extends string = never> extends Omit<MetricOptions<L>, 'unit'> {
  /** All possible states; a new series is in the first state. */
  readonly states: readonly S[];
}

const STATE_SET_OPTIONS = /* @__PURE__ */ optionNames({ states: true } satisfies Record<
  Exclude<keyof StateSetOptions<string>, keyof MetricOptions>,
  true
>);

/** Handle of one series of a {@link StateSet}. */
export class StateSetSeries<S extends string = string> extends Series {
  readonly #states: readonly S[];

  constructor(table: SeriesTable, slot: number, states: readonly S[]) {
    super(table, slot);
    this.#states = states;
  }

  /**
   * Changes to a state. An unknown state is reported ({@link RegistryOptions.onInvalid}), and changes nothing.
   */
  set(state: S): void {
    try {
      this.values[this.slot] = indexOf(this.table.metric, this.#states, state);
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  /**
   * Returns true for a state of this set.
   * @internal
   */
  hasState(state: unknown): boolean {
    return this.#states.includes(state as S);
  }

  /** Returns the current state, for tests; the first state once the series was removed. */
  value(): S {
    return this.#states[this.removed ? 0 : this.values[this.slot]!]!;
  }
}

const ExpiringStateSetSeries = withExpiry(StateSetSeries, {
  set(state) {
    return this.hasState(state);
  },
});

/**
 * Current state out of several: one series per state, 1 for the current state and 0 for the others.
 *
 * @example
 * const mode = new StateSet({ name: 'app_mode', help: 'What the program does.', states: ['starting', 'up', 'draining'] });
 * mode.set('up');
 */
export class StateSet<S extends string = string, L extends string = never> extends Metric<L, StateSetSeries<S>> {
  private readonly states: readonly S[];

  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: StateSetOptions<S, L>) {
    const states = checkStates(String(options?.name), options?.states) as readonly S[];
    // The table holds the index of the state; collect() makes the columns from it.
    super(options, {
      type: 'stateset',
      options: STATE_SET_OPTIONS,
      layout: { kind: 'state', width: states.length, states },
      width: 1,
      hasStart: false,
      parameters: { states: JSON.stringify(states) },
    });
    this.states = states;
  }

  /**
   * Changes the series with these labels to a state. An unknown state and wrong labels are reported
   * ({@link RegistryOptions.onInvalid}), and change nothing.
   */
  set(...args: WithLabels<L, [state: S]>): void;
  set(first: Labels<string> | S, second?: S): void {
    try {
      const labels = typeof first === 'object' && first !== null ? first : undefined;
      const index = indexOf(this.name, this.states, labels === undefined ? first : second);
      const slot = this.slotOf(labels);
      this.table.values[slot] = index;
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  /** Returns the current state of the series with these labels, for tests; the first state if there is no such series. */
  value(...args: WithLabels<L, []>): S;
  value(labels?: Labels<string>): S {
    const slot = this.existingSlotOf(labels);
    return this.states[slot < 0 ? 0 : this.table.values[slot]!]!;
  }

  protected createSeries(table: SeriesTable, slot: number): StateSetSeries<S> {
    const HandleClass = (table.expires ? ExpiringStateSetSeries : StateSetSeries) as typeof StateSetSeries<S>;
    return new HandleClass(table, slot, this.states);
  }

  protected override extraColumns(): ExtraColumns {
    const { size, values } = this.table;
    const width = this.states.length;
    const shown = new Float64Array(size * width);
    for (let slot = 0; slot < size; slot++) shown[slot * width + values[slot]!] = 1;
    return { values: shown };
  }
}

function checkStates(metric: string, states: unknown): readonly string[] {
  if (!Array.isArray(states) || states.length === 0 || states.some((state) => typeof state !== 'string')) {
    throw typeError(
      'INVALID_OPTION',
      `Option "states" of state set "${metric}" must be an array of at least one string; got ${describeValue(states)}`,
    );
  }
  const names = states.map((state: string) => state.toWellFormed());
  if (new Set(names).size !== names.length) {
    throw rangeError(
      'INVALID_OPTION',
      `Option "states" of state set "${metric}" must name each state once; got a state twice`,
    );
  }
  return Object.freeze(names);
}

function indexOf(metric: string, states: readonly string[], state: unknown): number {
  const index = states.indexOf(state as string);
  if (index >= 0) return index;
  const known = states.map((each) => `"${each}"`).join(', ');
  throw rangeError(
    'INVALID_VALUE',
    `State set "${metric}" must be in one of the states ${known}; got ${describeValue(state)}`,
  );
}
