import { httpMetrics } from '@promwright/fastify';
import { Registry } from '@promwright/metrics';
import Fastify, { type FastifyInstance } from 'fastify';
import { type Application, type ApplicationEntry, BARE, DurationTotal, LEAST } from './application.ts';
import { peerModule } from './peer-module.ts';
import { clearPeerRegistry, ownReading, peerReading } from './readings.ts';

/** Applications of Fastify with one parameterised route under a prefix. */
export const fastifyApplications: readonly ApplicationEntry[] = [
  {
    name: 'ours',
    create: () => {
      const registry = new Registry();
      return hello(
        (app) => app.register(httpMetrics, { registry }),
        () => ownReading(registry),
      );
    },
  },
  { name: BARE, create: () => hello() },
  {
    name: LEAST,
    create: () => {
      const total = new DurationTotal();
      return hello(
        (app) =>
          app.addHook('onRequest', (_request, reply, done) => {
            total.time(reply.raw);
            done();
          }),
        total.read,
      );
    },
  },
  {
    name: 'fastify-metrics 13, histogram only',
    create: async () => {
      clearPeerRegistry();
      const plugin = peerModule<object>('fastify-metrics');
      return hello(
        (app) =>
          app.register(
            plugin as never,
            { defaultMetrics: { enabled: false }, routeMetrics: { enabled: { summary: false } } } as never,
          ),
        peerReading,
      );
    },
  },
  {
    name: '@promster/fastify 15',
    create: async () => {
      clearPeerRegistry();
      const { plugin } = peerModule<{ plugin: object }>('@promster/fastify');
      return hello((app) => app.register(plugin as never), peerReading);
    },
  },
];

async function hello(instrument?: (app: FastifyInstance) => unknown, read?: Application['read']): Promise<Application> {
  let answered = 0;
  const app = Fastify();
  await instrument?.(app);
  await app.register(
    async (scope) => {
      scope.get('/hello/:id', async () => {
        answered++;
        return 'hello';
      });
    },
    { prefix: '/api/:version' },
  );
  await app.ready();
  return { server: app.server, read: read ?? (() => ({ series: 1, total: answered })) };
}
