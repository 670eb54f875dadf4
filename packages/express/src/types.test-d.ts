import express, { type Request, type Response, Router } from 'express';
import { expectTypeOf } from 'vitest';
import { type ExpressMetricsOptions, httpMetrics } from './index.ts';

// Right use.
express().use(httpMetrics());
express().use('/api', httpMetrics({ path: false, prefix: 'shop_', skip: (req) => req.path === '/health' }));
Router().use(httpMetrics());
httpMetrics({
  // Label names are inferred without `as const`.
  extraLabels: {
    names: ['tenant', 'plan'],
    values: (record) => {
      expectTypeOf(record.req).toEqualTypeOf<Request>();
      expectTypeOf(record.res).toEqualTypeOf<Response>();
      return { tenant: record.req.hostname, plan: 'free' };
    },
  },
});
const options: ExpressMetricsOptions<'tenant'> = {
  extraLabels: { names: ['tenant'], values: ({ req }) => ({ tenant: req.hostname }) },
};
httpMetrics(options);

// Wrong use.
// @ts-expect-error one label is misspelt
httpMetrics({ extraLabels: { names: ['tenant'], values: () => ({ tenent: 'acme' }) } });
// @ts-expect-error one label is missing
httpMetrics({ extraLabels: { names: ['tenant', 'plan'], values: () => ({ tenant: 'acme' }) } });
// @ts-expect-error the value of a label is a string
httpMetrics({ extraLabels: { names: ['tenant'], values: () => ({ tenant: 1 }) } });
// @ts-expect-error the option does not exist
httpMetrics({ paths: '/metrics' });
