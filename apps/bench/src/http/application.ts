import type { Server } from 'node:http';
import type { Reading } from '../measure-time.ts';

/** Application that responds with a greeting, with or without instrumentation of its requests. */
export interface Application {
  readonly server: Server;
  /** Returns the recorded requests; without instrumentation, the requests counted by the application itself. */
  read(): Reading | Promise<Reading>;
}

/** Application of a framework with an instrumentation. */
export interface ApplicationEntry {
  readonly name: string;
  create(): Promise<Application>;
}

/** Request to all applications. Its route is inside a mount if the framework has mounts. */
export const REQUEST = [
  'GET /api/v1/hello/42 HTTP/1.1',
  'Host: localhost:3000',
  'User-Agent: bench',
  'Accept: */*',
  'Connection: keep-alive',
  '\r\n',
].join('\r\n');

/** Names of the contestants without instrumentation. */
export const BARE = 'without instrumentation';
export const LISTENERS = 'two empty listeners';
