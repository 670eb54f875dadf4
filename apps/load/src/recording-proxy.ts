import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageLog } from './page-log.ts';
import { pageOf } from './scrape-client.ts';

/** Passes the scrapes of one Prometheus on to an application, and checks every page that comes back. */
export class RecordingProxy {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Starts listening. */
  static async start(client: string, applicationPort: number, log: PageLog): Promise<RecordingProxy> {
    const server = createServer((req, res) => {
      const { method, url, headers } = req;
      const upstream = request({ host: '127.0.0.1', port: applicationPort, method, path: url, headers, agent: false });
      upstream.on('response', (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        res.writeHead(response.statusCode!, response.headers);
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).pipe(res);
        response.on('error', () => res.destroy());
        // After the page was passed on, so that the check takes no time of the scrape.
        res.on('finish', () => log.add(client, pageOf(response, Buffer.concat(chunks))));
      });
      upstream.on('error', () => res.destroy());
      res.on('close', () => upstream.destroy());
      upstream.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RecordingProxy(server);
  }

  /** Closes all connections. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
