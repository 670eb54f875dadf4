import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';

/** What a server answered. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Asks, as plain as it gets: nothing is added to the request or undone in the answer, and no connection is kept. */
export function ask(
  port: number,
  path: string,
  { body, ...options }: RequestOptions & { readonly body?: string } = {},
): Promise<ReceivedResponse> {
  return new Promise((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', path, agent: false, ...options }, (res) => {
      const { statusCode: status = 0, headers } = res;
      res.toArray().then((parts) => resolve({ status, headers, body: Buffer.concat(parts) }), reject);
    });
    req.on('error', reject).end(body);
  });
}

/** A request whose answer nobody waits for. */
export function begin(port: number, path: string): ClientRequest {
  const req = request({ port, host: '127.0.0.1', path, agent: false });
  req.on('error', () => undefined).on('response', (res) => res.on('error', () => undefined));
  req.end();
  return req;
}
