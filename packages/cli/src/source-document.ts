/** Document from a source, not yet parsed. */
export interface SourceDocument {
  /** Name of the source in messages. */
  readonly displayName: string;
  readonly body: Uint8Array;
  /** Content type; undefined if neither the response nor the file name specifies one. */
  readonly contentType?: string;
}
