import type { LabelDictionary } from './label-dictionary.ts';

/** Labels that `withLabels()` bound, prepared for look-ups by the other labels: {@link LabelIndex.lookUpOthers}. */
export interface BoundLabels {
  /** Columns of the bound labels. */
  readonly columns: readonly number[];
  /** Values of the bound labels. */
  readonly values: readonly string[];
  /** Names of the other labels, in the order of the definition. */
  readonly otherNames: readonly string[];
  /** Columns of the other labels. */
  readonly otherColumns: readonly number[];
  /** Ids of all labels: of the bound labels in `dictionaries`, of the others those of the last look-up. */
  readonly ids: Int32Array;
  /** Number of bound labels before the first other label. */
  readonly hashed: number;
  /** Hash of these first labels. */
  hash: number;
  /** Dictionaries of the index when `ids` were looked up; the ids are wrong once the index has other dictionaries. */
  dictionaries: readonly LabelDictionary[] | undefined;
}
