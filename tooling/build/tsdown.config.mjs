import { readFileSync } from 'node:fs';

// One configuration for all packages. Each package is built in its own folder; the manifest names the entry points.
const { exports, bin = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).flatMap((conditions) => conditions['@promwright/source'] ?? []);
const commands = Object.values(bin).map((file) => file.replace(/^\.\/dist\/(.*)\.mjs$/, './src/$1.ts'));

/** TypeScript reads references to libraries at the top of a file only; bundling leaves them beside the code of their module. */
const libraryReferencesFirst = {
  name: 'library-references-first',
  generateBundle(_options, bundle) {
    const reference = /^\/\/\/ <reference lib=.*\n/gm;
    for (const chunk of Object.values(bundle)) {
      if (!/\.d\.[cm]ts$/.test(chunk.fileName) || !reference.test(chunk.code)) continue;
      const lines = new Set(chunk.code.match(reference));
      chunk.code = [...lines, chunk.code.replace(reference, '')].join('');
    }
  },
};

/**
 * Turns default imports of Node's modules into calls of require() in the CommonJS files. Otherwise rolldown adds functions of its own
 * for them, exports those from one entry point and loads them in another.
 */
const requireNodeModules = {
  name: 'require-node-modules',
  transform: (code) => code.replace(/^import (\w+) from (['"]node:[\w/]+['"]);$/gm, 'const $1 = require($2);'),
};

const base = {
  // The default is the folder of this file.
  cwd: process.cwd(),
  platform: 'node',
  target: 'node20.19',
  fixedExtension: true,
  // Declaration maps would switch on source maps of the ES modules, whatever `sourcemap` says.
  dts: { sourcemap: false, entry: entries.map((file) => file.replace(/^\.\//, '')) },
  sourcemap: false,
  // Warns of CommonJS output, and of slow plugins, which depends on the load of the machine.
  checks: { legacyCjs: false, pluginTimings: false },
  logLevel: 'warn',
};

const output = (extension) => ({
  // Code of several entry points of one package exists once, in this file.
  chunkFileNames: `shared.${extension}`,
  // Editors show the doc comments of the declarations; the JavaScript files are smaller without them.
  comments: { legal: true, annotation: true, jsdoc: false },
  // As in an ES module, where "use strict" is not written.
  strict: extension === 'cjs',
  plugins: [libraryReferencesFirst],
});

export default [
  {
    ...base,
    format: 'esm',
    // Node runs a command as an ES module; nothing calls require() on it.
    entry: [...entries, ...commands],
    outputOptions: output('mjs'),
  },
  {
    ...base,
    format: 'cjs',
    entry: entries,
    outputOptions: output('cjs'),
    plugins: [requireNodeModules],
  },
];
