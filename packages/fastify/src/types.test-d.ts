import fastify, { type FastifyContextConfig, type FastifyReply, type FastifyRequest } from 'fastify';
import { expectTypeOf } from 'vitest';
import { type FastifyMetricsOptions, type FastifyRouteMetrics, httpMetrics } from './index.ts';

const app = fastify();
const http2 = fastify({ http2: true });

// Right use.
app.register(httpMetrics);
app.register(httpMetrics, { path: false, prefix: 'shop_', skip: (req) => req.routeOptions.url === '/health' });
app.register(httpMetrics, {
  extraLabels: {
    names: ['tenant'],
    values: (record) => {
      expectTypeOf(record.req).toEqualTypeOf<FastifyRequest>();
      expectTypeOf(record.res).toEqualTypeOf<FastifyReply>();
      return { tenant: 'acme' };
    },
  },
});
http2.register(httpMetrics, { path: '/internal/metrics' });
app.get('/stream', { config: { metrics: { route: '/feed', stream: true } } }, async (request) => {
  expectTypeOf<(typeof request.routeOptions.config)['metrics']>().toExtend<false | FastifyRouteMetrics | undefined>();
});
app.get('/health', { config: { metrics: false } }, async () => 'ok');
const options: FastifyMetricsOptions<'tenant'> = {
  extraLabels: { names: ['tenant'], values: () => ({ tenant: 'acme' }) },
};
app.register(httpMetrics, options);
expectTypeOf<FastifyContextConfig['metrics']>().toEqualTypeOf<false | FastifyRouteMetrics | undefined>();

// Wrong use.
// @ts-expect-error the option does not exist
app.register(httpMetrics, { paths: '/metrics' });
// @ts-expect-error a route is a string
app.get('/a', { config: { metrics: { route: 5 } } }, async () => 'ok');
// @ts-expect-error the value of a label is a string
app.register(httpMetrics, { extraLabels: { names: ['tenant'], values: () => ({ tenant: 1 }) } });
export const misspelt: FastifyMetricsOptions<'tenant'> = {
  // @ts-expect-error one label is misspelt
  extraLabels: { names: ['tenant'], values: () => ({ tenent: 'acme' }) },
};
export const incomplete: FastifyMetricsOptions<'tenant' | 'plan'> = {
  // @ts-expect-error one label is missing
  extraLabels: { names: ['tenant', 'plan'], values: () => ({ tenant: 'acme' }) },
};
