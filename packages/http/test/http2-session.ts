import { once } from 'node:events';
import { type ClientHttp2Session, connect, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Opens a client's session with a server on 127.0.0.1. Both end with the test. */
export async function http2Session(server: Http2Server): Promise<ClientHttp2Session> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  return session;
}
