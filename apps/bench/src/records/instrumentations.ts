import type { Instrumentation } from './instrumentation.ts';

/** Compared instrumentations. Each loads its framework and library only when its server is created. */
export const instrumentations: readonly Instrumentation[] = [
  {
    framework: 'express',
    library: 'express-prom-bundle',
    options: 'includeMethod, includePath',
    create: async () => (await import('./express-servers.ts')).withPromBundle(),
  },
  {
    framework: 'express',
    library: '@promster/express',
    create: async () => (await import('./express-servers.ts')).withPromster(),
  },
  {
    framework: 'express',
    library: 'prometheus-api-metrics',
    create: async () => (await import('./express-servers.ts')).withApiMetrics(),
  },
  {
    framework: 'express',
    library: '@promwright/express',
    create: async () => (await import('./express-servers.ts')).withOurs(),
  },
  {
    framework: 'fastify',
    library: 'fastify-metrics',
    create: async () => (await import('./fastify-servers.ts')).withFastifyMetrics({}),
  },
  {
    framework: 'fastify',
    library: 'fastify-metrics',
    options: 'registeredRoutesOnly: false',
    create: async () => (await import('./fastify-servers.ts')).withFastifyMetrics({ registeredRoutesOnly: false }),
  },
  {
    framework: 'fastify',
    library: '@promster/fastify',
    create: async () => (await import('./fastify-servers.ts')).withPromster(),
  },
  {
    framework: 'fastify',
    library: '@promwright/fastify',
    create: async () => (await import('./fastify-servers.ts')).withOurs(),
  },
  {
    framework: 'koa',
    library: 'prometheus-api-metrics',
    create: async () => (await import('./koa-servers.ts')).withApiMetrics(),
  },
  {
    framework: 'koa',
    library: '@promwright/koa',
    create: async () => (await import('./koa-servers.ts')).withOurs(),
  },
  {
    framework: 'hono',
    library: '@hono/prometheus',
    create: async () => (await import('./hono-servers.ts')).withHonoPrometheus(),
  },
  {
    framework: 'hono',
    library: '@promwright/http',
    options: 'fetchMetrics, instrumentServer',
    create: async () => (await import('./hono-servers.ts')).withOurs(),
  },
];
