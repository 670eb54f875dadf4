/** Differences between the formats in names and labels. */
export interface LabelRules {
  /**
   * True for text 0.0.4: allows blanks between all tokens and a comma before the closing brace, but refuses unknown escapes, which
   * OpenMetrics keeps.
   */
  readonly lenient: boolean;
  /** True if names may contain any character. */
  readonly utf8: boolean;
}
