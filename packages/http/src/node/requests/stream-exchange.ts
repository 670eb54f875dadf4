import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

/**
 * Returns a stream of HTTP/2 in the shape of a request and a response, as far as a recording needs them. Node's own classes of
 * this shape would listen to the stream's errors, which belong to the program's listener.
 */
export function streamExchange(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): { readonly req: IncomingMessage; readonly res: ServerResponse } {
  const req = new StreamRequest(stream, headers, rawHeaders);
  return { req: req as unknown as IncomingMessage, res: new StreamResponse(stream, req) as unknown as ServerResponse };
}

class StreamRequest {
  readonly httpVersion = '2.0';
  readonly httpVersionMajor = 2;
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly method: string | undefined;
  readonly url: string | undefined;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]) {
    this.stream = stream;
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.method = headers[':method'];
    this.url = headers[':path'];
  }

  get socket() {
    return this.stream.session?.socket;
  }

  get aborted(): boolean {
    return this.stream.aborted;
  }
}

/** Methods that are read or replaced are those of the stream. */
class StreamResponse {
  readonly req: StreamRequest;
  readonly stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream, req: StreamRequest) {
    this.stream = stream;
    this.req = req;
  }

  on(event: string, listener: () => void): void {
    this.stream.on(event, listener);
  }

  getHeader(name: string): unknown {
    return this.stream.sentHeaders?.[name];
  }

  get headersSent(): boolean {
    return this.stream.headersSent;
  }

  get statusCode(): number {
    return Number(this.stream.sentHeaders?.[':status'] ?? 200);
  }

  get writableFinished(): boolean {
    return this.stream.writableFinished;
  }

  get destroyed(): boolean {
    return this.stream.destroyed;
  }

  get write(): ServerHttp2Stream['write'] {
    return this.stream.write;
  }

  set write(write: ServerHttp2Stream['write']) {
    this.stream.write = write;
  }

  get end(): ServerHttp2Stream['end'] {
    return this.stream.end;
  }

  set end(end: ServerHttp2Stream['end']) {
    this.stream.end = end;
  }
}
