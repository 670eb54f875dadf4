import type { GraphiteError } from './graphite-error.ts';

/** Connection to a server, open or closed. */
export interface GraphiteConnection {
  /** True if the connection can send, as far as is known. */
  readonly isOpen: boolean;
  /**
   * Error that broke the connection while nothing was being sent; undefined if it ended normally. Data that the server had not
   * read is lost then. A system reports such an error when a process ends with unread data, TLS when a certificate is refused
   * late.
   */
  readonly brokenBy: GraphiteError | undefined;
  /** Called when `brokenBy` becomes known. */
  onBroken: (() => void) | undefined;
  /**
   * Resolves once the operating system has accepted all bytes. Until then the connection buffers only these bytes.
   * @throws GraphiteError if that fails or takes too long
   */
  send(bytes: Uint8Array): Promise<void>;
  /** Lets sent bytes leave, then closes. Resolves when the connection is closed. */
  end(): Promise<void>;
  /** Closes at once. Bytes under way are lost; a pending call of `send` rejects. */
  destroy(): void;
}

/** Address of a server, and the time to wait for it. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Time limit for a connection, and for each `send`. */
  readonly timeoutMs: number;
}

/** Returns the name of a destination in errors and labels. */
export function destinationName({ host, port }: Pick<Destination, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
