// Bundles of the service, to both formats, which then run without any package beside them.
import assert from 'node:assert/strict';
import path from 'node:path';
import { consumer, run, tool } from '../consumer.mjs';
import { checkService } from './node.mjs';

export function bundlerTrials() {
  return [
    ...['esm', 'cjs'].flatMap((format) => [
      [`esbuild to ${format}`, () => bundled(esbuild, 'esbuild', format)],
      [`webpack to ${format}`, () => bundled(webpack, 'webpack', format)],
      [`Vite to ${format}`, () => bundled(vite, 'vite', format)],
    ]),
    ['esbuild for browsers, the core with text', forBrowsers],
  ];
}

async function bundled(bundle, name, format) {
  const extension = format === 'esm' ? 'mjs' : 'cjs';
  // Programs written as ES modules and as CommonJS go through every bundler; a mixed one loads both forms.
  for (const source of ['service.mjs', 'service.cjs']) {
    const output = path.join(consumer, 'bundles', `${name}-${format}-${path.extname(source).slice(1)}`);
    await bundle(path.join(consumer, source), output, `bundle.${extension}`, format);
    await checkService(process.execPath, [path.join(output, `bundle.${extension}`)]);
  }
}

async function esbuild(entry, folder, file, format) {
  const { build } = await load('esbuild', 'lib/main.js');
  // Express requires modules of Node by name, which an ES module has no function for.
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({
    entryPoints: [entry],
    outfile: path.join(folder, file),
    format,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    ...(format === 'esm' && { banner }),
  });
}

async function webpack(entry, folder, file, format) {
  const { default: compile } = await load('webpack', 'lib/index.js');
  const isModule = format === 'esm';
  const stats = await new Promise((resolve, reject) => {
    compile(
      {
        mode: 'production',
        target: 'node20',
        entry,
        context: consumer,
        output: {
          path: folder,
          filename: file,
          module: isModule,
          chunkFormat: isModule ? 'module' : 'commonjs',
          library: { type: isModule ? 'module' : 'commonjs2' },
        },
        experiments: { outputModule: isModule },
        // Express asks for optional template engines.
        ignoreWarnings: [/Critical dependency/],
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
}

async function vite(entry, folder, file, format) {
  const { build } = await load('vite', 'dist/node/index.js');
  await build({
    root: consumer,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      outDir: folder,
      minify: false,
      rollupOptions: { output: { format, entryFileNames: file, inlineDynamicImports: true } },
    },
  });
}

async function forBrowsers() {
  const { build } = await load('esbuild', 'lib/main.js');
  const outfile = path.join(consumer, 'bundles/browser.mjs');
  await build({
    entryPoints: [path.join(consumer, 'core.mjs')],
    outfile,
    format: 'esm',
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  });
  assert.equal((await run(process.execPath, [outfile])).trim(), 'orders_total{product="tea"} 2');
}

function load(name, file) {
  return import(tool(name, file));
}
