import type { Server } from 'node:http';
import type { Reading } from '../measure-time.ts';

/** An application that says hello, with or without something that measures its requests. */
export interface Application {
  readonly server: Server;
  /** What was recorded; of an application without instrumentation, what it counted itself. */
  read(): Reading | Promise<Reading>;
}

/** An application of a framework under one of several instrumentations. */
export interface ApplicationEntry {
  readonly name: string;
  create(): Promise<Application>;
}

/** The route of all applications, which have it below a mount where they can. */
export const REQUEST = [
  'GET /api/v1/hello/42 HTTP/1.1',
  'Host: localhost:3000',
  'User-Agent: bench',
  'Accept: */*',
  'Connection: keep-alive',
  '\r\n',
].join('\r\n');

/** Names of the contestants that measure nothing. */
export const BARE = 'without instrumentation';
export const LISTENERS = 'two empty listeners';
