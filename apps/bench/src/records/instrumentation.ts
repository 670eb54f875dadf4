import type { Server } from 'node:http';

/** Framework, by its name in npm. */
export type Framework = 'express' | 'fastify' | 'koa' | 'hono';

/** Instrumentation of requests, in an application with the routes of the traffic. */
export interface Instrumentation {
  readonly framework: Framework;
  /** Name in npm. */
  readonly library: string;
  /** Options that differ from the defaults. */
  readonly options?: string;
  /** Creates a server that does not listen yet. */
  create(): Promise<Server>;
}
