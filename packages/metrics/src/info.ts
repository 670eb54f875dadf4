import {
  createFamily,
  type FamilyDescription,
  type Label,
  type LabelValue,
  type MetricFamily,
  type MetricSettings,
  rangeError,
} from '@promwright/model';
import { checkConstLabels, checkEscapedNames, checkOptions, type MetricOptions } from './metric-options.ts';
import { type AdoptingCollector, SHARED_STATE } from './registry/adopting-collector.ts';
import { registerAll, registriesOf, settingsOf } from './registry/registration.ts';

/** Options of an info. */
export interface InfoOptions extends Pick<MetricOptions, 'help' | 'registry' | 'constLabels' | 'merge' | 'scope'> {
  /** Name that ends in `_info`. */
  readonly name: string;
}

const INFO_OPTIONS: readonly string[] = Object.keys({
  name: true,
  help: true,
  registry: true,
  constLabels: true,
  merge: true,
  scope: true,
} satisfies Record<keyof InfoOptions, true>);

interface InfoState {
  labels: readonly Label[] | undefined;
}

/**
 * Facts about the program, such as its version, as labels of a series whose value is always 1; queries join them to other
 * series. `target_info` describes the program as a whole, and is the first family of a scrape.
 *
 * @example
 * new Info({ name: 'app_info', help: 'The program.' }).set({ version: '1.2.0', commit: 'abc' });
 */
export class Info implements AdoptingCollector<InfoState> {
  readonly name: string;
  readonly help: string;
  readonly type = 'info';
  /** Family that this metric declares, for checks at registration. */
  readonly families: readonly FamilyDescription[];
  [SHARED_STATE]: InfoState = { labels: undefined };
  readonly #settings: MetricSettings;
  readonly #template: Pick<MetricFamily, 'help' | 'constLabels' | 'merge' | 'scope'>;

  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: InfoOptions) {
    const registries = registriesOf(options?.name, options?.registry);
    this.#settings = settingsOf(registries);
    const checked = checkOptions(options as MetricOptions<string>, this.type, INFO_OPTIONS, this.#settings);
    const { name, help, constLabels, merge, scope } = checked;
    if (!name.endsWith('_info')) {
      throw rangeError('INVALID_NAME', `Info "${name}" must have a name that ends in "_info"; got "${name}"`);
    }
    this.name = name;
    this.help = help;
    this.families = [{ name, type: this.type, help, constLabels, parameters: { merge: merge, scope } }];
    this.#template = { help, constLabels, merge, scope };
    registerAll(this, registries);
  }

  /**
   * Replaces the facts. Before the first call, the info has no series. A wrong label name or value is reported
   * ({@link RegistryOptions.onInvalid}), and the facts stay unchanged.
   */
  set(labels: Readonly<Record<string, LabelValue>>): void {
    const constant = this.#template.constLabels.map((label) => label.name);
    try {
      const checked = checkConstLabels(this.name, labels, this.#settings, constant);
      checkEscapedNames(this.name, [...constant, ...checked.map((label) => label.name)]);
      this[SHARED_STATE].labels = checked;
    } catch (error) {
      this.#settings.reportInvalid(this.name, error);
    }
  }

  /** Returns the family with the current facts. */
  collect(): readonly MetricFamily[] {
    const { labels } = this[SHARED_STATE];
    const size = labels === undefined ? 0 : 1;
    return [
      createFamily({
        ...this.#template,
        name: this.name,
        type: this.type,
        labelNames: (labels ?? []).map(({ name }) => name),
        dictionaries: (labels ?? []).map(({ value }) => [value]),
        size,
        labelIds: new Int32Array(labels?.length ?? 0),
        values: new Float64Array(size).fill(1),
        layout: { kind: 'scalar', width: 1 },
      }),
    ];
  }
}
