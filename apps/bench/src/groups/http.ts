import type { Group } from '../group.ts';
import { BARE } from '../http/application.ts';
import { expressApplications } from '../http/express-applications.ts';
import { fastifyApplications } from '../http/fastify-applications.ts';
import { koaApplications } from '../http/koa-applications.ts';
import { injectedRow, serverRow } from '../rows/http-rows.ts';

/** Cost of timing requests. */
export const group: Group = {
  title: 'processor time of a request, with and without instrumentation',
  rows: () => [
    injectedRow(
      'Express, within the process',
      expressApplications,
      ['express-prom-bundle 8', '@promster/express 14'],
      1.5,
    ),
    injectedRow(
      'Fastify, within the process',
      fastifyApplications,
      ['fastify-metrics 13, histogram only', '@promster/fastify 15'],
      0.65,
    ),
    injectedRow('Koa, within the process', koaApplications, ['prometheus-api-metrics 4'], 0.7),
    // The inverse of the throughput: the server's process is the only one that is busy all the time.
    serverRow('Express at full load', expressApplications, [{ kind: 'within', against: BARE, times: 1.5 }]),
    serverRow('Fastify at full load', fastifyApplications, [{ kind: 'within', against: BARE, times: 1.3 }]),
    serverRow('Koa at full load', koaApplications, []),
  ],
};
