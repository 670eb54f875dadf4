import type { QuotedRules } from '../tokens/read-quoted.ts';

/** Differences between the formats in names and labels. */
export interface LabelRules {
  /**
   * True for text 0.0.4: allows blanks between all tokens, a comma before the closing brace, and line feeds between quotes.
   */
  readonly lenient: boolean;
  /**
   * True to refuse labels that only Prometheus' server takes: without a comma between them, repeated but empty, without a name but
   * empty.
   */
  readonly strict: boolean;
  readonly quoted: QuotedRules;
  /** True if names may contain any character. */
  readonly utf8: boolean;
}
