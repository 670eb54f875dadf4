import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { formatProtobuf } from '@promwright/exposition';
import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { runCommand } from '../test/run-command.ts';
import { startServer } from '../test/start-server.ts';
import { temporaryFiles } from '../test/temporary-files.ts';

const page = '# TYPE jobs_total counter\njobs_total 3\n';
const openMetrics = '# TYPE jobs counter\njobs_total 3.0\n# EOF\n';
const protobuf = formatProtobuf(parseText(page));

test('a command parses files by their extension, or else by their content', async () => {
  const files = temporaryFiles({
    'page.prom': page,
    'page.txt': page,
    'page.om': openMetrics,
    'page.OpenMetrics': openMetrics,
    'other.txt': openMetrics,
    'page.pb': protobuf,
    page: protobuf,
  });

  const results = await Promise.all(files.map((file) => runCommand(['scrape', file])));

  expect(results).toEqual(files.map(() => ({ exitCode: 0, stdout: page, stderr: '' })));
});

test('a command parses a page as text if the file name or --type specifies text, regardless of its last line', async () => {
  const text = '# TYPE jobs counter\njobs 3\n# EOF\n';
  const [prom, txt] = temporaryFiles({ 'page.prom': text, 'page.txt': text });

  const results = [
    await runCommand(['scrape', prom!]),
    await runCommand(['scrape', '--type', 'text', txt!]),
    await runCommand(['scrape', '--type', 'text/plain', '-'], { stdin: text }),
    await runCommand(['scrape', txt!]),
  ];

  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 1]);
  expect(results[3]!.stderr).toMatch(/page\.txt:2:1: expected /);
});

test('a command reads standard input for -, and check reads it by default', async () => {
  const results = [
    await runCommand(['check', '-'], { stdin: page }),
    await runCommand(['check'], { stdin: page }),
    await runCommand(['diff', '-', ...temporaryFiles({ 'page.prom': page })], { stdin: page }),
  ];

  const problem = { exitCode: 3, stdout: '', stderr: 'jobs_total no help text\n' };
  expect(results).toEqual([problem, problem, { exitCode: 0, stdout: '', stderr: '' }]);
});

test('a command shows the line and the place of a syntax error', async () => {
  const [file] = temporaryFiles({ 'page.txt': 'x 1\ny{a="é\t\u0007"} one\n' });

  const { exitCode, stderr } = await runCommand(['check', file!]);

  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    [
      `promwright check: ${file}:2:12: expected a number; got "one"`,
      '2 | y{a="é\\t\\u0007"} one',
      `  | ${' '.repeat('y{a="é\\t\\u0007"} '.length)}^`,
      '',
    ].join('\n'),
  );
});

test('a command shows only the part of a long line around a syntax error', async () => {
  const stdin = `x{a="${'v'.repeat(5000)}"} one ${'w'.repeat(5000)}\n`;

  const { stderr } = await runCommand(['check'], { stdin });

  const [, line = '', marker = ''] = stderr.split('\n');
  expect(line).toMatch(/^1 \| …v+"\} one w+…$/);
  expect(line.length).toBeLessThan(120);
  expect(line.slice(marker.indexOf('^'))).toMatch(/^one/);
});

test('a command shows the byte of an error in protobuf, and lines that are not UTF-8', async () => {
  const [message, latin] = temporaryFiles({
    'page.pb': protobuf.slice(0, -1),
    latin: Buffer.from('x{a="\xff"} 1\n', 'latin1'),
  });

  const results = [await runCommand(['check', message!]), await runCommand(['check', latin!])];

  expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 1]);
  expect(results[0]!.stderr).toMatch(/page\.pb: byte \d+: expected /);
  expect(results[1]!.stderr).toContain('latin:1:6: expected UTF-8; got the byte 0xff\n1 | x{a="\ufffd"} 1\n');
});

test.each([
  ['nowhere.txt', 'promwright diff: nowhere.txt: no such file\n'],
  [import.meta.dirname, `promwright diff: ${import.meta.dirname}: is a directory\n`],
  ['http://', 'promwright diff: http://: not a valid URL\n'],
  ['http://u:secret@[', 'promwright diff: http://[: not a valid URL\n'],
])('diff has exit code 2 if %s cannot be read', async (source, stderr) => {
  expect(await runCommand(['diff', source, '-'])).toEqual({ exitCode: 2, stdout: '', stderr });
});

test('a command parses a response by its content type', async () => {
  const { url, requests } = await startServer((req, res) => {
    if (req.url === '/other') res.writeHead(302, { location: '/metrics' }).end();
    else {
      res.setHeader(
        'content-type',
        'application/vnd.google.protobuf; encoding=delimited; proto=io.prometheus.client.MetricFamily',
      );
      res.setHeader('content-encoding', 'gzip');
      res.end(gzipSync(protobuf));
    }
  });

  const results = [await runCommand(['scrape', url]), await runCommand(['scrape', url.replace('metrics', 'other')])];

  expect(results.map(({ stdout, stderr }) => stdout + stderr)).toEqual([page, page]);
  expect(requests[0]!.headers).toMatchObject({
    accept: expect.stringMatching(
      /^text\/plain;version=1\.0\.0;escaping=allow-utf-8;q=1\.0,text\/plain;version=0\.0\.4;q=0\.9,.*,\*\/\*;q=0\.1$/,
    ),
    'user-agent': 'promwright',
    'x-prometheus-scrape-timeout-seconds': '10',
  });
});

test('a command requests the format of --format, --accept or --header', async () => {
  const { url, requests } = await startServer((_, res) => res.end(page));
  const accepted = async (...args: string[]) => {
    await runCommand(['scrape', url, ...args]);
    return requests.at(-1)!.headers.accept!.split(',')[0];
  };

  expect([
    await accepted('--format', 'openmetrics'),
    await accepted('--format', 'protobuf'),
    await accepted('--accept', 'openmetrics2'),
    await accepted('--accept', 'text/plain'),
    await accepted('--header', 'Accept: text/x'),
  ]).toEqual([
    'application/openmetrics-text;version=1.0.0;q=1.0',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8;q=1.0',
    'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=1.0',
    'text/plain',
    'text/x',
  ]);
});

test('a command sends headers and credentials, and prints no credentials', async () => {
  const { url, requests } = await startServer((_, res) => res.writeHead(401).end());

  const first = await runCommand(['check', url.replace('//', '//me:p%40ss@')]);
  const second = await runCommand(['check', url, '--header', 'Authorization: Bearer t', '--header', 'x-a: b: c']);

  expect(requests.map(({ headers }) => headers.authorization)).toEqual([
    `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    'Bearer t',
  ]);
  expect(requests[1]!.headers['x-a']).toBe('b: c');
  const failure = { exitCode: 1, stdout: '', stderr: `promwright check: ${url}: responded with 401 Unauthorized\n` };
  expect([first, second]).toEqual([failure, failure]);
});

test('a command reports an error status, another content type, and a broken response', async () => {
  const { url } = await startServer((req, res) => {
    switch (req.url) {
      case '/metrics':
        res.writeHead(500).end(page);
        break;
      case '/html':
        res.setHeader('content-type', 'text/html; charset=utf-8').end(page);
        break;
      case '/cut':
        res.setHeader('content-length', 1000).write(page, () => res.destroy());
        break;
      default:
        req.socket.destroy();
    }
  });
  const at = (path: string) => url.replace('/metrics', path);

  const results = [
    await runCommand(['check', url]),
    await runCommand(['check', at('/html')]),
    await runCommand(['check', at('/cut')]),
    await runCommand(['check', at('/none')]),
  ];

  expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(results.map(() => [1, '']));
  expect(results.map(({ stderr }) => stderr.replace(/^promwright check: \S+: /, ''))).toEqual([
    'responded with 500 Internal Server Error\n',
    'responded with content type "text/html; charset=utf-8", which is no format of metrics; set --type to parse it nevertheless\n',
    expect.stringMatching(/^\S.*\n$/),
    expect.stringMatching(/^\S.*\n$/),
  ]);
  expect(await runCommand(['scrape', at('/html'), '--type', 'text'])).toMatchObject({ exitCode: 0, stdout: page });
});

test('a command waits for a complete response no longer than --timeout', async () => {
  const { url } = await startServer((req, res) => {
    if (req.url === '/half') res.write(page);
  });

  const results = await Promise.all(
    [url, url.replace('metrics', 'half')].map((source) => runCommand(['check', source, '--timeout', '0.2'])),
  );

  expect(results.map(({ exitCode, stderr }) => [exitCode, stderr.replace(/^.*\/\w+: /, '')])).toEqual([
    [1, 'did not respond completely within 0.2 s\n'],
    [1, 'did not respond completely within 0.2 s\n'],
  ]);
});

test('a command decompresses gzip from files, standard input and servers, within the limit of pages', async () => {
  const bytes = gzipSync(page);
  const [byName, byBytes, broken] = temporaryFiles({
    'page.prom.gz': bytes,
    page: bytes,
    'cut.gz': bytes.subarray(0, 20),
  });
  const { url } = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
  });
  const results = await Promise.all([byName!, byBytes!, url].map((source) => runCommand(['scrape', source])));

  expect(results).toEqual(results.map(() => ({ exitCode: 0, stdout: page, stderr: '' })));
  expect((await runCommand(['scrape', broken!])).stderr).toMatch(/cut\.gz: not a valid gzip file\n$/);
});

test('a command suggests the URL for a host with a port', async () => {
  const messages = ['localhost:9464', 'example.org:80/m', 'user:secret@localhost:9464', 'page:one.prom'].map(
    async (source) => (await runCommand(['check', source])).stderr,
  );

  expect(await Promise.all(messages)).toEqual([
    'promwright check: localhost:9464: no such file; did you mean "http://localhost:9464/metrics"?\n',
    'promwright check: example.org:80/m: no such file; did you mean "http://example.org:80/m"?\n',
    'promwright check: localhost:9464: no such file; did you mean "http://localhost:9464/metrics"?\n',
    'promwright check: page:one.prom: no such file\n',
  ]);
});

test('errors never show the credentials of a malformed URL', async () => {
  const sources = [
    'http://u:secret@host:port/',
    'htp://u:secret@host/',
    'http:u:secret@[',
    `htp://u:secret@${'x'.repeat(5000)}`,
  ];

  for (const source of sources) {
    const { exitCode, stderr } = await runCommand(['check', source]);
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain('secret');
  }
});

test('a command sends headers of the user only to the origin of the URL, also after redirects', async () => {
  const other = await startServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(page));
  const otherUrl = other.url.replace('127.0.0.1', 'localhost');
  const { url, requests } = await startServer((request, response) => {
    response.writeHead(302, { location: request.url === '/metrics' ? '/next' : otherUrl }).end();
  });

  const result = await runCommand(['scrape', '--header', 'X-Api-Key: secret', url.replace('//', '//user:secret@')]);

  const secrets = ({ headers }: IncomingMessage) => [
    headers['x-api-key'],
    headers.authorization,
    headers['user-agent'],
  ];
  expect(result).toEqual({ exitCode: 0, stdout: page, stderr: '' });
  expect(requests.map(secrets)).toEqual([1, 2].map(() => ['secret', 'Basic dXNlcjpzZWNyZXQ=', 'promwright']));
  expect(other.requests.map(secrets)).toEqual([[undefined, undefined, 'promwright']]);
});

test('a command refuses endless redirects, and redirects to other protocols', async () => {
  const endless = await startServer((_, response) => void response.writeHead(302, { location: '/metrics' }).end());
  const file = await startServer(
    (_, response) => void response.writeHead(302, { location: 'file://u:secret@/x' }).end(),
  );

  const results = await Promise.all([endless, file].map(({ url }) => runCommand(['scrape', url])));

  expect(results.map(({ stderr }) => stderr)).toEqual([
    `promwright scrape: ${endless.url}: more than 20 redirects\n`,
    `promwright scrape: ${file.url}: redirected to "file:///x", which is no http or https URL\n`,
  ]);
});

test('check tells pages that the server refuses from pages that only the Go library refuses', async () => {
  const results = await Promise.all(['a 1', 'a 1 -5\n', '#\n'].map((stdin) => runCommand(['check'], { stdin })));

  expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 1, 0]);
  expect(results[0]!.stderr).toContain("Prometheus' server reads this page; stricter readers, such as its Go library");
  expect(results[1]!.stderr).not.toContain('Go library');
  expect((await runCommand(['scrape'].concat('-'), { stdin: 'a 1' })).exitCode).toBe(0);
});
