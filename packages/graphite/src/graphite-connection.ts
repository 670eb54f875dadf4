import type { GraphiteError } from './graphite-error.ts';

/** A way to a server that is open or was. */
export interface GraphiteConnection {
  /** Whether more can be sent, as far as is known. */
  readonly isOpen: boolean;
  /**
   * Why it broke, rather than ended, while nothing was being sent: what the server had not read is lost then. A system says
   * so when a process ends with unread data, and TLS when it refuses a certificate after all.
   */
  readonly brokenBy: GraphiteError | undefined;
  /** Called when `brokenBy` is known. */
  onBroken: (() => void) | undefined;
  /**
   * Resolves once the system has taken all bytes; it holds no more than these until then.
   * @throws GraphiteError if it did not, or not in time
   */
  send(bytes: Uint8Array): Promise<void>;
  /** Lets what was sent go on its way, and closes; resolves when that is done. */
  end(): Promise<void>;
  /** Closes at once. Bytes on their way are lost, and whoever waits is told. */
  destroy(): void;
}

/** Where a server is, and how long to wait for it. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** For a connection, and for some bytes to be taken. */
  readonly timeoutMs: number;
}

/** How a destination is named in errors and labels. */
export function destinationName({ host, port }: Pick<Destination, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
