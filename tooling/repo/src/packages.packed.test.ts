import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Analysis, checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformFree, platformFreeEntries } from './allowed-edges.ts';
import { bundleProblems } from './bundles.ts';
import { pnpm, run } from './run.ts';
import { commands, entries, type Manifest, publishedPackages, read, root } from './workspace.ts';

const packages = publishedPackages();
const names = packages.map(({ name }) => name);
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);

let folder: string;
/** Folder of a program outside the workspace that has installed every package from its tarball. */
let consumer: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'promwright-packed-'));
  consumer = path.join(folder, 'consumer');
  const build = ['turbo', 'run', 'build', '--filter', './packages/*', '--output-logs=errors-only'];
  await pnpm(['exec', ...build], { cwd: root });
  await pnpm(['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], { cwd: root });
  for (const name of names) {
    mkdirSync(path.join(folder, name));
    await run('tar', ['-xzf', tarball(name), '-C', path.join(folder, name)], { cwd: folder });
  }
  mkdirSync(consumer);
  write('package.json', JSON.stringify(consumerManifest(), null, 2));
  // Packages in npm's cache are not requested again, so that a second run needs no network.
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: consumer });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tarball(name: string): string {
  const { version } = packages.find((pkg) => pkg.name === name)!.manifest;
  return path.join(folder, `promwright-${name}-${version}.tgz`);
}

function packedManifest(name: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, name, 'package/package.json'), 'utf8'));
}

function filesIn(parent: string): string[] {
  return readdirSync(parent, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(parent, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

function consumerManifest(): object {
  const ours = names.map((name) => [`@promwright/${name}`, `file:${tarball(name)}`]);
  const { devDependencies: { typescript: _, ...devDependencies } = {} } = JSON.parse(read('package.json')) as Manifest;
  return {
    private: true,
    dependencies: Object.fromEntries([
      ...packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {})),
      ...ours,
      // Dependency of the types of Koa. npm would install the newer version for Express, whose types have other names.
      ['content-disposition', '^1.0.1'],
    ]),
    devDependencies: { '@types/node': catalog('@types/node', devDependencies) },
    // Also for dependencies of tarballs on each other.
    overrides: Object.fromEntries(names.map((name) => [`@promwright/${name}`, `$@promwright/${name}`])),
  };
}

function catalog(name: string, declared: Readonly<Record<string, string>>): string {
  const [, version] = new RegExp(`^ *"?${name}"?: (\\S+)$`, 'm').exec(read('pnpm-workspace.yaml')) ?? [];
  return version ?? declared[name] ?? '*';
}

function write(file: string, text: string): void {
  writeFileSync(path.join(consumer, file), text);
}

/** Returns the specifiers of the entry points of packages, without entry points that exist for their side effect. */
function specifiers(of: readonly string[] = names): string[] {
  return packages
    .filter(({ name }) => of.includes(name))
    .flatMap((pkg) => entries(pkg).map(({ entry }) => path.posix.join(pkg.manifest.name, entry)))
    .filter((specifier) => !specifier.endsWith('/register'));
}

async function runProgram(file: string, text: string): Promise<string> {
  write(file, text);
  return run(process.execPath, [file], { cwd: consumer, timeoutMs: 20_000 });
}

/** Returns the built files of a packed package, without their extension: the last part of the path of the source file. */
function bundleNames(name: string) {
  const pkg = packages.find((candidate) => candidate.name === name)!;
  return {
    entries: entries(pkg).map(({ source }) => path.basename(source, '.ts')),
    commands: commands(pkg).map((source) => path.basename(source, '.ts')),
  };
}

test.each(names)('%s ships one bundle per entry point and format, a README and the licence', (name) => {
  const packed = path.join(folder, name, 'package');
  const texts = filesIn(path.join(packed, 'dist')).map(
    (file) => [file, readFileSync(path.join(packed, 'dist', file), 'utf8')] as const,
  );

  const problems = bundleProblems(bundleNames(name), new Map(texts));

  expect(problems).toEqual([]);
  expect(filesIn(packed).filter((file) => !file.startsWith('dist/'))).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(readFileSync(path.join(packed, 'LICENSE'), 'utf8')).toBe(read('LICENSE'));
});

test.each(names)('the declarations of %s contain its doc comments, and its JavaScript does not', (name) => {
  const packed = path.join(folder, name, 'package/dist');
  const counts = ['index.d.mts', 'index.d.cts', 'index.mjs', 'index.cjs'].map(
    (file) => readFileSync(path.join(packed, file), 'utf8').match(/^\s*\/\*\*/gm)?.length ?? 0,
  );

  const [ofModule = 0, ofCommonJs = 0, ...ofJavaScript] = counts;

  expect(ofModule).toBeGreaterThan(0);
  expect(ofCommonJs).toBe(ofModule);
  expect(ofJavaScript).toEqual([0, 0]);
});

test.each(names)('%s depends on real versions once packed', (name) => {
  const { manifest } = packages.find((pkg) => pkg.name === name)!;
  const packed = packedManifest(name);
  const ours = Object.keys(manifest.dependencies ?? {}).filter((target) => target.startsWith('@promwright/'));

  const ranges = ours.map((target) => [target, packed.dependencies?.[target]]);

  expect(ranges).toEqual(
    ours.map((target) => [target, `^${packages.find((pkg) => pkg.manifest.name === target)!.manifest.version}`]),
  );
  expect(JSON.stringify(packed)).not.toMatch(/workspace:|catalog:/);
});

test.each(names)('publint finds no problem in %s', async (name) => {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball(name));
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;

  const { messages } = await publint({ strict: true, pack: { tarball: bytes } });

  const manifest = { ...packedManifest(name) };
  expect(messages.map((message) => formatMessage(message, manifest, { color: false }))).toEqual([]);
});

test.each(names)('are-the-types-wrong finds no problem in %s', async (name) => {
  const { problems } = (await checkPackage(createPackageFromTarballData(readFileSync(tarball(name))))) as Analysis;

  expect(problems).toEqual([]);
});

test('a program gets one copy of each package', () => {
  const { packages: locked } = JSON.parse(readFileSync(path.join(consumer, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };

  const copies = Object.keys(locked).filter((key) => key.includes('@promwright/'));

  expect(copies.sort()).toEqual(names.map((name) => `node_modules/@promwright/${name}`).sort());
});

test('import and require return the same values', async () => {
  const output = await runProgram(
    'same.mjs',
    `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    for (const specifier of ${JSON.stringify(specifiers())}) {
      const imported = await import(specifier);
      const required = require(specifier);
      for (const name of Object.keys(imported)) {
        if (imported[name] !== required[name]) console.log(specifier, name, 'differs');
      }
      if (Object.keys(imported).length === 0) console.log(specifier, 'exports nothing');
    }
    `,
  );

  expect(output).toBe('');
});

test('the CommonJS files, which Node does not choose, export the same names', async () => {
  const output = await runProgram(
    'commonjs.cjs',
    `
    const path = require('node:path');
    (async () => {
      for (const specifier of ${JSON.stringify(specifiers())}) {
        const [scope, name, entry = 'index'] = specifier.split('/');
        const required = require(path.resolve('node_modules', scope, name, 'dist', entry + '.cjs'));
        const imported = await import(specifier);
        const namesOf = (exported) => Object.keys(exported).filter((key) => key !== 'module.exports').sort().join();
        if (namesOf(required) !== namesOf(imported)) console.log(specifier, namesOf(required), namesOf(imported));
      }
    })();
    `,
  );

  expect(output).toBe('');
});

test('a counter of the CommonJS files is in the default registry of the ES modules', async () => {
  const output = await runProgram(
    'both.mjs',
    `
    import { createRequire } from 'node:module';
    import path from 'node:path';
    import { Counter, defaultRegistry } from '@promwright/metrics';
    import { formatText } from '@promwright/exposition';
    const require = createRequire(import.meta.url);
    const second = require(path.resolve('node_modules/@promwright/metrics/dist/index.cjs'));
    console.log(second.Counter !== Counter);
    new second.Counter({ name: 'both_total', help: 'Both.' }).inc(3);
    console.log(formatText(await defaultRegistry.gather({ names: ['both_total'] })));
    `,
  );

  expect(output.split('\n')).toEqual(expect.arrayContaining(['true', 'both_total 3']));
});

test('a counter made by require is in the registry of import, and in the text of a scrape', async () => {
  const output = await runProgram(
    'counts.cjs',
    `
    const { Counter, Registry, defaultRegistry } = require('@promwright/metrics');
    const counter = new Counter({ name: 'packed_total', help: 'Packed.', labelNames: ['by'] });
    counter.inc({ by: 'require' }, 2);
    (async () => {
      const metrics = await import('@promwright/metrics');
      const { formatText } = await import('@promwright/exposition');
      counter.inc({ by: 'import' });
      console.log(metrics.Registry === Registry, metrics.defaultRegistry === defaultRegistry);
      console.log(formatText(await metrics.defaultRegistry.gather({ names: ['packed_total'] })));
    })();
    `,
  );

  expect(output.split('\n')).toEqual(
    expect.arrayContaining(['true true', 'packed_total{by="require"} 2', 'packed_total{by="import"} 1']),
  );
});

test('importing the packages starts nothing, listens to nothing and leaves the process free to exit', async () => {
  const output = await runProgram(
    'quiet.mjs',
    `
    import { channel } from 'node:diagnostics_channel';
    const channels = ['http.server.request.start', 'http.server.response.finish', 'http.client.request.start'];
    const globals = Object.getOwnPropertyNames(globalThis);
    const timers = [];
    const state = () => JSON.stringify({
      listeners: process.eventNames().map((event) => [String(event), process.listenerCount(event)]),
      resources: process.getActiveResourcesInfo(),
      subscribed: channels.filter((name) => channel(name).hasSubscribers),
      globals: Object.getOwnPropertyNames(globalThis).filter((name) => !globals.includes(name)),
      timers,
    });
    const nextTurn = () => new Promise(setImmediate);
    // Frameworks of adapters may start resources, so they are loaded first.
    for (const peer of ${JSON.stringify(peers())}) await import(peer);
    await nextTurn();
    const before = state();
    // Active resources do not include unref'ed timers.
    for (const name of ['setTimeout', 'setInterval']) {
      const original = globalThis[name];
      globalThis[name] = (...args) => (timers.push(name), original(...args));
    }
    for (const specifier of ${JSON.stringify(specifiers())}) await import(specifier);
    await nextTurn();
    const after = state();
    console.log(before === after ? 'unchanged' : before + '\\n' + after);
    `,
  );

  expect(output).toBe('unchanged\n');
});

function peers(): string[] {
  const all = packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
  return all.filter((name) => !name.startsWith('@types/'));
}

const use = `
const requests = new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method'] });
requests.inc({ method: 'GET' });
// @ts-expect-error a label that the counter does not have
requests.inc({ methd: 'GET' });
const registry: Registry = defaultRegistry;
export const text: Promise<string> = registry.gather().then((families) => formatText(families));
`;

test.each<[title: string, folder: string, entries: string[], options: object]>([
  ['beside the types of Node', 'node', specifiers(), { types: ['node'], lib: ['ES2023'] }],
  [
    'without the types of Node',
    'web',
    [
      ...specifiers(platformFree).filter((specifier) => specifier.split('/').length === 2),
      ...platformFreeEntries
        .map(({ name, entry }) => path.posix.join('@promwright', name, entry))
        .filter((specifier) => specifiers().includes(specifier)),
    ],
    { types: [], lib: ['ES2023', 'DOM'] },
  ],
])('the declarations type-check %s, from modules of both kinds', async (_title, name, imported, options) => {
  mkdirSync(path.join(consumer, name));
  const all = imported.map((specifier, i) => `export type * as all${i} from '${specifier}';`).join('\n');
  write(
    `${name}/consumer.mts`,
    `import { Counter, defaultRegistry, type Registry } from '@promwright/metrics';
    import { formatText } from '@promwright/exposition';
    ${use}${all}`,
  );
  write(
    `${name}/consumer.cts`,
    `import metrics = require('@promwright/metrics');
    import { formatText } from '@promwright/exposition';
    import type { Registry } from '@promwright/metrics';
    const { Counter, defaultRegistry } = metrics;
    ${use}${all}`,
  );
  write(
    `${name}/tsconfig.json`,
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        ...options,
      },
      files: ['consumer.mts', 'consumer.cts'],
    }),
  );

  await expect(run(bin('tsc'), ['-p', name, '--pretty', 'false'], { cwd: consumer })).resolves.toBe('');
});

test('the declarations type-check for tools that do not read "exports"', async () => {
  mkdirSync(path.join(consumer, 'main-field'));
  const all = specifiers().map((specifier, i) => `export type * as all${i} from '${specifier}';`);
  write(
    'main-field/consumer.ts',
    `import { Counter, defaultRegistry, type Registry } from '@promwright/metrics';
    import { formatText } from '@promwright/exposition';
    ${use}${all.join('\n')}`,
  );
  write(
    'main-field/tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        module: 'commonjs',
        moduleResolution: 'node10',
        ignoreDeprecations: '6.0',
        esModuleInterop: true,
        target: 'es2023',
        lib: ['ES2023'],
        types: ['node'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
      },
      files: ['consumer.ts'],
    }),
  );

  await expect(run(bin('tsc'), ['-p', 'main-field', '--pretty', 'false'], { cwd: consumer })).resolves.toBe('');
});
