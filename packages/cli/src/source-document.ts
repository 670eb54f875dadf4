/** A document as it was had. */
export interface SourceDocument {
  /** What it is called in messages. */
  readonly displayName: string;
  readonly body: Uint8Array;
  /** Left out where nobody says it. */
  readonly contentType?: string;
}
