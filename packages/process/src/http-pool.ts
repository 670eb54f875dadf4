/** Lists of sockets or requests, by the host that they are for. */
type ByHost = Readonly<Record<string, readonly unknown[] | undefined>>;

/** A pool of connections: an agent of `node:http` or `node:https`, or undici's `Client`, `Pool` or `Agent` that have `stats`. */
export type HttpPool =
  | { readonly sockets: ByHost; readonly freeSockets: ByHost; readonly requests: ByHost }
  | { readonly stats: object };

/** How a pool is used. */
export interface PoolUsage {
  readonly free: number;
  readonly inUse: number;
  /** Requests that wait for a connection. */
  readonly queued: number;
}

/** Whether something is a pool whose use can be told. */
export function isHttpPool(value: unknown): value is HttpPool {
  if (typeof value !== 'object' || value === null) return false;
  return isObject((value as { stats?: unknown }).stats) || isObject((value as { sockets?: unknown }).sockets);
}

/** How a pool is used now. */
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

/** Of a pool or client; or those of many, by origin. */
type UndiciStats = PoolStats | Readonly<Record<string, PoolStats>>;

interface PoolStats {
  /** Connections; of a client whether it has its only one. */
  readonly connected: number | boolean;
  /** Missing from a client. */
  readonly free?: number;
  readonly running: number;
  /** Waiting, in the queues of its clients too. */
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
