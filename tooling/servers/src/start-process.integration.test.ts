import { expect, test } from 'vitest';
import { startProcess } from './start-process.ts';

test('a server that ignores SIGTERM is killed', async () => {
  const script = `
    process.on('SIGTERM', () => console.log('ignored'));
    require('node:http').createServer((_, res) => res.end()).listen(process.argv[1], '127.0.0.1');
  `;
  const server = await startProcess({
    name: 'stubborn',
    command: process.execPath,
    args: (port) => ['-e', script, String(port)],
    ready: '/',
  });

  await server.stop();

  expect(server.log()).toBe('ignored\n');
  await expect(fetch(server.url)).rejects.toThrow();
});
