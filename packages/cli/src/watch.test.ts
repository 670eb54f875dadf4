import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { startServer } from '../test/start-server.ts';
import { temporaryFiles } from '../test/temporary-files.ts';
import { run } from './run.ts';
import { top } from './top.ts';

/** Runs `top --watch` until it has written to both streams `writes` times, or `write` closes the output. */
async function watched(source: string, { isTTY = false, writes = 3, code = '' } = {}) {
  const stop = new AbortController();
  const printed: string[] = [];
  const write = (chunk: string | Uint8Array, done: (error?: Error) => void) => {
    if (printed.push(String(chunk)) >= writes) stop.abort();
    done(code === '' ? undefined : Object.assign(new Error(code), { code }));
  };
  const stream = { isTTY, write };
  const exitCode = await run(['top', '--watch', '0.01', source], {
    stdin: process.stdin,
    stdout: stream,
    stderr: stream,
    env: { NO_COLOR: '1' },
    signal: stop.signal,
  });
  return { exitCode, printed };
}

const once = String(top(parseText('a 1\n')).stdout);

test('top --watch prints again until the signal aborts', async () => {
  const [file] = temporaryFiles({ 'page.prom': 'a 1\n' });

  expect(await watched(file!)).toEqual({ exitCode: 0, printed: [once, once, once] });
  expect((await watched(file!, { isTTY: true, writes: 1 })).printed).toEqual([`\u001b[H\u001b[2J${once}`]);
});

test('top --watch ends when the reader closes the output', async () => {
  const [file] = temporaryFiles({ 'page.prom': 'a 1\n' });

  expect(await watched(file!, { code: 'EPIPE' })).toEqual({ exitCode: 0, printed: [once] });
});

test('top --watch prints the error of a source and goes on', async () => {
  let count = 0;
  const { url } = await startServer((_, response) => {
    response.writeHead(count++ === 0 ? 503 : 200, { 'content-type': 'text/plain' }).end('a 1\n');
  });

  expect(await watched(url, { writes: 2 })).toEqual({
    exitCode: 0,
    printed: [`promwright: ${url}: responded with 503 Service Unavailable\n`, once],
  });
});
