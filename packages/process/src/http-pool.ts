/** Lists of sockets or requests by host. */
type ByHost = Readonly<Record<string, readonly unknown[] | undefined>>;

/**
 * Pool of connections: an agent of `node:http` or `node:https`, or undici's `Client`, `Pool` or `Agent` with `stats`.
 */
export type HttpPool =
  | { readonly sockets: ByHost; readonly freeSockets: ByHost; readonly requests: ByHost }
  | { readonly stats: object };

/** Usage of a pool. */
export interface PoolUsage {
  readonly free: number;
  readonly inUse: number;
  /** Number of requests waiting for a connection. */
  readonly queued: number;
}

/** Returns true if the usage of the value can be read. */
export function isHttpPool(value: unknown): value is HttpPool {
  if (typeof value !== 'object' || value === null) return false;
  return isObject((value as { stats?: unknown }).stats) || isObject((value as { sockets?: unknown }).sockets);
}

/** Reads the current usage of a pool. */
export function readPoolUsage(pool: HttpPool): PoolUsage {
  if ('sockets' in pool) {
    return {
      free: lengthOfAll(pool.freeSockets),
      inUse: lengthOfAll(pool.sockets),
      queued: lengthOfAll(pool.requests),
    };
  }
  return usageFromStats(pool.stats as UndiciStats);
}

/** Statistics of a pool or client, or of many by origin. */
type UndiciStats = PoolStats | Readonly<Record<string, PoolStats>>;

interface PoolStats {
  /** Number of connections; for a client, true if its only connection exists. */
  readonly connected: number | boolean;
  /** Undefined for a client. */
  readonly free?: number;
  readonly running: number;
  /** Number of waiting requests, including the queues of the pool's clients. */
  readonly pending: number;
}

function usageFromStats(stats: UndiciStats): PoolUsage {
  if (!isStats(stats)) {
    return Object.values(stats)
      .map(usageFromStats)
      .reduce((a, b) => ({ free: a.free + b.free, inUse: a.inUse + b.inUse, queued: a.queued + b.queued }), {
        free: 0,
        inUse: 0,
        queued: 0,
      });
  }
  const connected = Number(stats.connected);
  const free = stats.free ?? (stats.running === 0 ? connected : 0);
  return { free, inUse: Math.max(0, connected - free), queued: stats.pending };
}

function isStats(stats: UndiciStats): stats is PoolStats {
  return typeof stats.pending === 'number';
}

function lengthOfAll(lists: ByHost): number {
  let length = 0;
  for (const list of Object.values(lists)) length += list?.length ?? 0;
  return length;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
