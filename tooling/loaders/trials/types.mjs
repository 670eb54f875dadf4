// TypeScript from 5.4 to 7 with every way of resolving modules. Declarations of the packages are checked too.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { consumer, run, tool, write } from '../consumer.mjs';

const compilers = { 5.4: 'typescript54', 5.9: 'typescript59', '6.0': 'typescript', '7.0': 'typescript7' };
const settings = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  'commonjs, node10': { module: 'commonjs', moduleResolution: 'node10' },
  'commonjs, bundler': { module: 'commonjs', moduleResolution: 'bundler' },
};
/** Combinations that the compiler itself refuses. */
const impossible = ['5.4 commonjs, bundler', '5.9 commonjs, bundler', '7.0 commonjs, node10'];

export function typeTrials() {
  return Object.entries(compilers).flatMap(([version, compiler]) =>
    Object.entries(settings)
      .filter(([name]) => !impossible.includes(`${version} ${name}`))
      .map(([name, options]) => [`TypeScript ${version}, ${name}`, () => compile(version, compiler, options)]),
  );
}

async function compile(version, compiler, options) {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023'],
    strict: true,
    noEmit: true,
    esModuleInterop: true,
    types: ['node'],
    ...(version === '6.0' && { ignoreDeprecations: '6.0' }),
    ...options,
  };
  // One file of each kind of module, where the setting tells them apart.
  const extensions = options.module.startsWith('node') ? ['mts', 'cts'] : ['ts'];
  for (const [source, skipLibCheck] of [
    ['types', false],
    ['adapter-types', true],
  ]) {
    const folder = `types-${compiler}-${options.module}-${options.moduleResolution}-${source}`;
    const files = extensions.map((extension) => `${source}.${extension}`);
    for (const file of files) write(`${folder}/${file}`, sourceOf(source));
    write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck }, files }));
    await run(process.execPath, [tool(compiler, 'bin/tsc'), '-p', folder]);
  }
}

function sourceOf(name) {
  return readFileSync(path.join(consumer, `${name}.ts`), 'utf8');
}
