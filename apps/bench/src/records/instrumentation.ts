import type { Server } from 'node:http';

/** The frameworks, as npm calls them. */
export type Framework = 'express' | 'fastify' | 'koa' | 'hono';

/** Something that records requests, in an application with the routes that are asked for. */
export interface Instrumentation {
  readonly framework: Framework;
  /** As npm calls it. */
  readonly library: string;
  /** What it is told, where that is not its default. */
  readonly options?: string;
  /** A server that does not listen yet. */
  create(): Promise<Server>;
}
