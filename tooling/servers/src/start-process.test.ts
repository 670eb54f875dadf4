import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, type ProcessOptions, type RunningProcess, startProcess } from './start-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Server that responds to every request. Its argument is the port. */
const listening = `
  console.log('listening on ' + process.argv[1]);
  require('node:http').createServer((_, res) => res.end('hello')).listen(process.argv[1], '127.0.0.1');
`;

function nodeServer(script: string, options: Partial<ProcessOptions> = {}): ProcessOptions {
  return {
    name: 'demo',
    command: process.execPath,
    args: (port) => ['-e', script, String(port)],
    ready: '/',
    ...options,
  };
}

async function start(options: ProcessOptions): Promise<RunningProcess> {
  const server = await startProcess(options);
  onTestFinished(() => server.stop());
  return server;
}

function isAnswering(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return server;
}

test('a server can listen on freePort', async () => {
  const port = await freePort();

  const server = await listen(port);

  expect((server.address() as AddressInfo).port).toBe(port);
});

test('a server responds as soon as startProcess resolves', async () => {
  const server = await start(nodeServer(listening));

  expect(await (await fetch(server.url)).text()).toBe('hello');
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(server.pid).toBeGreaterThan(0);
  await expect.poll(() => server.log()).toBe(`listening on ${server.port}\n`);
});

test('a function decides when the server is ready', async () => {
  const answers = [false, false, true];

  await start(
    nodeServer(listening, {
      ready: async ({ url }) => (await isAnswering(url)) && answers.shift()!,
    }),
  );

  expect(answers).toEqual([]);
});

test('the server gets the environment of this process and the option env', async () => {
  const script = `console.log(process.env.ADDED, process.env.PATH !== undefined); ${listening}`;

  const server = await start(nodeServer(script, { env: { ADDED: 'value' } }));

  await expect.poll(() => server.log()).toMatch(/^value true\n/);
});

test('a server that ends before it is ready rejects with its exit code and its log', async () => {
  const started = startProcess(nodeServer('console.error("unknown flag --x"); process.exit(3)'));

  await expect(started).rejects.toThrow(
    'demo ended with exit code 3 before it was ready; its log ends with:\nunknown flag --x\n',
  );
});

test('a command that does not exist rejects with its name', async () => {
  await expect(startProcess(nodeServer('', { command: 'no-such-server' }))).rejects.toThrow(/demo .*no-such-server/s);
});

test('startProcess ends a server that never gets ready', async () => {
  let url = '';
  const options = nodeServer(listening, {
    ready: async (address) => {
      url = address.url;
      return false;
    },
    timeoutMs: 1,
  });

  await expect(startProcess(options)).rejects.toThrow('demo was not ready after 1 ms');

  expect(await isAnswering(url)).toBe(false);
});

test('a check for readiness without a response does not outlast the timeout', async () => {
  const options = nodeServer(listening, { ready: () => new Promise(() => {}), timeoutMs: 50 });

  await expect(startProcess(options)).rejects.toThrow('demo was not ready after 50 ms');
});

test('a server whose port was taken meanwhile is started on another port', async () => {
  const ports: number[] = [];
  const server = await start(
    nodeServer(listening, {
      args: async (port) => {
        ports.push(port);
        if (ports.length === 1) await listen(port);
        return ['-e', listening, String(port)];
      },
    }),
  );

  expect(ports).toEqual([expect.any(Number), server.port]);
  expect(await isAnswering(server.url)).toBe(true);
});

test('a stopped server does not respond and can be stopped again', async () => {
  const server = await startProcess(nodeServer(listening));

  await Promise.all([server.stop(), server.stop()]);
  await server.stop();

  expect(await isAnswering(server.url)).toBe(false);
});

test('no listener for the exit of this process remains if no server runs', async () => {
  const before = process.listenerCount('exit');
  const servers = await Promise.all([startProcess(nodeServer(listening)), startProcess(nodeServer(listening))]);
  const during = process.listenerCount('exit');

  await Promise.all(servers.map((server) => server.stop()));

  expect([during - before, process.listenerCount('exit') - before]).toEqual([1, 0]);
});

/** Compiles the module, since Node 20 does not run TypeScript, and starts a program that starts a server with it. */
async function startParent(afterStart: string): Promise<{ parent: ReturnType<typeof spawn>; url: string }> {
  const folder = await temporaryFolder();
  for (const name of ['start-process', 'find-executable']) {
    const source = await readFile(path.join(import.meta.dirname, `${name}.ts`), 'utf8');
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      rewriteRelativeImportExtensions: true,
    };
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    await writeFile(path.join(folder, `${name}.js`), outputText);
  }
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  const program = `
    import { startProcess } from './start-process.js';
    const args = (port) => ['-e', ${JSON.stringify(listening)}, String(port)];
    const server = await startProcess({ name: 'demo', command: process.execPath, args, ready: '/' });
    process.stdout.write(server.url, () => { ${afterStart} });
  `;
  await writeFile(path.join(folder, 'parent.js'), program);
  const parent = spawn(process.execPath, [path.join(folder, 'parent.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, url: output.toString() };
}

test('a server ends when the program that started it is killed', async () => {
  const { parent, url } = await startParent('');
  expect(await isAnswering(url)).toBe(true);

  parent.kill('SIGKILL');

  await expect.poll(() => isAnswering(url), { timeout: 10_000 }).toBe(false);
});

test('a server ends when the program that started it exits without stopping it', async () => {
  const { url } = await startParent('process.exit(0)');

  await expect.poll(() => isAnswering(url), { timeout: 10_000 }).toBe(false);
});
