import type { QuotedRules } from '../tokens/read-quoted.ts';

/** Differences between the formats in names and labels. */
export interface LabelRules {
  /**
   * True for text 0.0.4: allows blanks between all tokens, a comma before the closing brace, and line feeds between quotes.
   */
  readonly lenient: boolean;
  /** True if labels of a lenient format need a comma between them. */
  readonly commas: boolean;
  readonly quoted: QuotedRules;
  /** True if names may contain any character. */
  readonly utf8: boolean;
}
