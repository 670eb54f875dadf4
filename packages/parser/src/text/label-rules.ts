/** Differences between the formats in names and labels. */
export interface LabelRules {
  /** True for text 0.0.4: blanks between all tokens, commas before the closing brace, and no unknown escapes. */
  readonly lenient: boolean;
  /** True if names may contain any character. */
  readonly utf8: boolean;
}
