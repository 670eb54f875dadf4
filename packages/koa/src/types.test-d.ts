import Router from '@koa/router';
import Koa, { type Context, type Response } from 'koa';
import { expectTypeOf } from 'vitest';
import { httpMetrics, type KoaMetricsOptions } from './index.ts';

interface State {
  user: string;
}

// Right use, in applications with and without a type of state.
new Koa().use(httpMetrics());
new Koa<State>().use(httpMetrics({ path: false, skip: (ctx) => ctx.path === '/health' }));
new Router().use(httpMetrics());
httpMetrics({
  // Label names are inferred without `as const`.
  extraLabels: {
    names: ['tenant', 'plan'],
    values: (record) => {
      expectTypeOf(record.req).toEqualTypeOf<Context>();
      expectTypeOf(record.res).toEqualTypeOf<Response>();
      return { tenant: 'acme', plan: 'free' };
    },
  },
});
const options: KoaMetricsOptions<'tenant'> = { extraLabels: { names: ['tenant'], values: () => ({ tenant: 'acme' }) } };
httpMetrics(options);

// Wrong use.
// @ts-expect-error one label is misspelt
httpMetrics({ extraLabels: { names: ['tenant'], values: () => ({ tenent: 'acme' }) } });
// @ts-expect-error one label is missing
httpMetrics({ extraLabels: { names: ['tenant', 'plan'], values: () => ({ tenant: 'acme' }) } });
// @ts-expect-error the option does not exist
httpMetrics({ paths: '/metrics' });
