import type { MetricFamily } from '@promwright/model';

/** Reads a document in a text format, stretch by stretch. */
export interface DocumentReader {
  /** The line that it would read next, from 1. */
  readonly line: number;
  /** Reads whole lines, each with its line feed. */
  push(lines: string): void;
  /**
   * Says that the document ends.
   * @param rest what follows the last line feed
   */
  end(rest: string): void;
  /** The families that are complete since the last call. */
  take(): MetricFamily[];
}

/** Reads a document that is there as a whole. */
export function readDocument(reader: DocumentReader, text: string): MetricFamily[] {
  const lineEnd = text.lastIndexOf('\n') + 1;
  reader.push(text.slice(0, lineEnd));
  reader.end(text.slice(lineEnd));
  return reader.take();
}
