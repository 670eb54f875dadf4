import { createServer, type RequestListener, type Server } from 'node:http';

/** Running collection of a library's default metrics. */
export interface DefaultMetrics {
  /** Collects once, without formatting, and resolves to the number of families. */
  collect(): Promise<number>;
  /** Request listener that serves the text. */
  readonly listener: RequestListener;
}

/** Library with default metrics. */
export interface DefaultMetricsLibrary {
  readonly name: string;
  start(): Promise<DefaultMetrics>;
}

/** Returns Promwright with the default groups, or with some groups. */
export function ourDefaultMetrics(include: readonly ('default' | 'process' | 'network' | 'cgroup')[] = ['default']) {
  return {
    name: 'ours',
    async start(): Promise<DefaultMetrics> {
      const { Registry } = await import('@promwright/metrics');
      const { scrapeHandler } = await import('@promwright/http');
      const { collectDefaultMetrics } = await import('@promwright/process');
      const registry = new Registry();
      collectDefaultMetrics({ registry, include });
      return {
        collect: async () => (await registry.gather({ strict: true })).length,
        listener: scrapeHandler({ gatherer: registry }),
      };
    },
  };
}

/** Returns `@prometheus-io/client` with all default metrics, or only metrics whose names begin with `prefix`. */
export function officialDefaultMetrics(prefix = '') {
  return {
    name: 'official client',
    async start(): Promise<DefaultMetrics> {
      const { collectDefaultMetrics, Registry } = await import('@prometheus-io/client');
      const registry = new Registry();
      collectDefaultMetrics({ register: registry });
      for (const { name } of registry.getMetricsAsArray()) {
        if (!name.startsWith(prefix)) registry.removeSingleMetric(name);
      }
      return {
        collect: async () => (await registry.getMetricsAsJSON()).length,
        listener: async (_req, res) => {
          res.setHeader('Content-Type', registry.contentType);
          res.end(await registry.metrics());
        },
      };
    },
  };
}

/** Server of a fixed page: the cost of the server and the requests alone. */
export const fixedPage: DefaultMetricsLibrary = {
  name: 'the same server, a fixed page',
  async start(): Promise<DefaultMetrics> {
    const page = 'nodejs_something_total{label="value"} 1\n'.repeat(300);
    return { collect: async () => 1, listener: (_req, res) => res.end(page) };
  },
};

/** Serves on a free port of this machine. */
export async function serve(listener: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { server, url: `http://127.0.0.1:${port}/metrics` };
}
