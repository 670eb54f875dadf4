import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';

/** Response of a server, with its body. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Sends a plain request: adds no headers, decodes nothing in the response, and keeps no connection. */
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

/** Begins a request without waiting for the response. */
export function begin(port: number, path: string): ClientRequest {
  const req = request({ port, host: '127.0.0.1', path, agent: false });
  req.on('error', () => undefined).on('response', (res) => res.on('error', () => undefined));
  req.end();
  return req;
}
