import { createServer, type RequestListener, type Server } from 'node:http';

/** Default metrics of a library, being collected. */
export interface DefaultMetrics {
  /** Collects once, without making text of it; says how many families there are. */
  collect(): Promise<number>;
  /** Serves the text. */
  readonly listener: RequestListener;
}

/** A library that has default metrics. */
export interface DefaultMetricsLibrary {
  readonly name: string;
  start(): Promise<DefaultMetrics>;
}

/** Promwright; with all groups that are on by themselves, or some. */
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

/** `@prometheus-io/client`; all of them, or those whose names begin with a text. */
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

/** A page that is always the same: what the server and the requests cost alone. */
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
