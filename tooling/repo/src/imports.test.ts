import { expect, test } from 'vitest';
import { importsOf, packageOf } from './imports.ts';

test('importsOf finds every form of import', () => {
  const text = [
    '/// <reference types="referenced" />',
    "import value from 'plain';",
    "import type { T } from 'type-only';",
    "import 'side-effect';",
    "export * from 'all';",
    "export type { U } from 'named';",
    "const lazy = () => import('dynamic');",
    "type Inline = import('inline').T;",
    "import legacy = require('equals');",
    "const old = require('call');",
    'const computed = import(value);',
    "declare module 'augmented' {}",
    "// import 'comment';",
    'const text = "import \'string\'";',
    'export { legacy };',
  ].join('\n');

  const sites = importsOf('sample.ts', text);

  expect(sites.map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
    '1 referenced',
    '2 plain',
    '3 type-only',
    '4 side-effect',
    '5 all',
    '6 named',
    '7 dynamic',
    '8 inline',
    '9 equals',
    '10 call',
    '11 undefined',
    '12 augmented',
  ]);
});

test('packageOf returns the package of a specifier', () => {
  const specifiers = ['./beside.ts', 'node:http', 'fs/promises', 'express', 'express/lib/x.js', '@scope/name/deep'];

  const packages = specifiers.map(packageOf);

  expect(packages).toEqual([undefined, 'node:', 'node:', 'express', 'express', '@scope/name']);
});
