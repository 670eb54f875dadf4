import type { EscapingScheme, MetricFamily } from '@promwright/model';
import { type Dialect, OPENMETRICS_DIALECT, TEXT_DIALECT } from './dialect.ts';
import { FamilyRenderer } from './family-renderer.ts';

/** How to write families in one piece. */
export interface FormatOptions {
  /** How names outside the classic character set are written. Default `underscores`. */
  readonly escaping?: EscapingScheme;
}

/**
 * Families as Prometheus text 0.0.4, in one string. A family without series is left out, because a reader could make
 * nothing of it. Blocks the event loop for some 0.3 microseconds per line; `ExpositionWriter` works in slices instead.
 */
export function formatText(families: Iterable<MetricFamily>, options: FormatOptions = {}): string {
  return formatAll(families, TEXT_DIALECT, options.escaping ?? 'underscores');
}

/**
 * Families as OpenMetrics 1.0.0 text, in one string. A counter whose name lacks `_total` is shown as of type unknown,
 * because there it would not be valid otherwise. Blocks the event loop as {@link formatText} does.
 */
export function formatOpenMetrics(families: Iterable<MetricFamily>, options: FormatOptions = {}): string {
  return formatAll(families, OPENMETRICS_DIALECT, options.escaping ?? 'underscores');
}

function formatAll(families: Iterable<MetricFamily>, dialect: Dialect, escaping: EscapingScheme): string {
  let text = '';
  for (const family of families) {
    if (family.size === 0) continue;
    const renderer = new FamilyRenderer(family, dialect, escaping);
    text += renderer.head() + renderer.lines(0, family.size);
  }
  return text + dialect.end;
}
