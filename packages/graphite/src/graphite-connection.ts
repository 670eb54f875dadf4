import type { GraphiteError } from './graphite-error.ts';

/** Connection to a server, open or closed. */
export interface GraphiteConnection {
  /** True if the connection can send, as far as is known. */
  readonly isOpen: boolean;
  /**
   * Error that broke the connection while nothing was being sent; undefined if the connection ended normally. After
   * such an error, data that the server had not read is lost. The operating system reports an error if the process of
   * the server ends with unread data. TLS reports an error if the server refuses a certificate after the client has
   * connected.
   */
  readonly brokenBy: GraphiteError | undefined;
  /** Called when `brokenBy` becomes known. */
  onBroken: (() => void) | undefined;
  /**
   * Resolves once the operating system has accepted all bytes. Until then the connection buffers only these bytes.
   * @throws GraphiteError if sending fails or takes longer than `timeoutMs`
   */
  send(bytes: Uint8Array): Promise<void>;
  /** Closes the connection after all accepted bytes have been sent. Resolves when the connection is closed. */
  end(): Promise<void>;
  /**
   * Closes the connection at once. Accepted bytes that have not been sent are lost; a pending call of `send` rejects.
   */
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
