import type { Server, ServerResponse } from 'node:http';
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

/** Name of the contestants without instrumentation. */
export const BARE = 'without instrumentation';

/**
 * Name of the contestants with the least instrumentation: two readings of the clock, a listener of the response's end, and an add.
 * Records no route, method or status, and counts no errors.
 */
export const LEAST = 'the least: one total of durations';

/** Total of durations of requests, in seconds. */
export class DurationTotal {
  readonly #numbers = new Float64Array(2);

  /** Returns the recorded requests. */
  readonly read = (): Reading => ({ series: 1, total: this.#numbers[0]! });

  /** Adds the duration of a request that begins now and ends with its response. */
  time(res: ServerResponse): void {
    const begin = performance.now();
    res.on('close', () => {
      this.#numbers[0]! += 1;
      this.#numbers[1]! += (performance.now() - begin) / 1000;
    });
  }
}
