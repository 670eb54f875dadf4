import type { MetricFamily } from '@promwright/model';

/** Reader of a document in a text format, chunk by chunk. */
export interface DocumentReader {
  /** Number of the next line, from 1. */
  readonly line: number;
  /** Reads whole lines, each with its line feed. */
  push(lines: string): void;
  /**
   * Ends the document.
   * @param rest text after the last line feed
   */
  end(rest: string): void;
  /** Returns the families that were completed since the last call. */
  take(): MetricFamily[];
}

/** Reads a whole document. */
export function readDocument(reader: DocumentReader, text: string): MetricFamily[] {
  const lineEnd = text.lastIndexOf('\n') + 1;
  reader.push(text.slice(0, lineEnd));
  reader.end(text.slice(lineEnd));
  return reader.take();
}
