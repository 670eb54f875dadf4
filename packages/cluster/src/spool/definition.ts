import type { Label, Layout, MergeMode, MetricFamily, MetricScope, MetricType } from '@promwright/model';
import { NUMBER_COLUMNS, type NumberColumn } from './changes.ts';

/** Definition of a family, as JSON in spool files. */
export interface Definition {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string | undefined;
  readonly unit?: string | undefined;
  readonly constLabels: readonly Label[];
  readonly labelNames: readonly string[];
  readonly layout: Layout;
  readonly merge?: MergeMode | undefined;
  readonly scope?: MetricScope | undefined;
  /** Columns beside the values that the family has. */
  readonly columns: readonly NumberColumn[];
  readonly hasNative: boolean;
  /** Relative error of the sketches, if there are any. */
  readonly relativeError?: number | undefined;
}

export function formatDefinition(family: MetricFamily): string {
  const { name, type, help, unit, constLabels, labelNames, layout, merge, scope } = family;
  const definition: Definition = {
    name,
    type,
    help,
    unit,
    constLabels,
    labelNames,
    layout,
    merge,
    scope,
    columns: NUMBER_COLUMNS.filter((column) => family[column] !== undefined),
    hasNative: family.native !== undefined,
    relativeError: family.sketch?.relativeError,
  };
  return JSON.stringify(definition, (_, value) => (value instanceof Float64Array ? [...value] : value));
}

/** @throws for JSON that is no definition */
export function parseDefinition(text: string): Definition {
  const definition = JSON.parse(text) as Definition;
  const { layout } = definition;
  switch (layout.kind) {
    case 'classic':
      return { ...definition, layout: { ...layout, bounds: Float64Array.from(layout.bounds) } };
    case 'quantile':
      return { ...definition, layout: { ...layout, quantiles: Float64Array.from(layout.quantiles) } };
    default:
      return definition;
  }
}
