// Loads every entry point by import, then by require, and checks that both give the same values and one default registry.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const specifiers = process.env.SPECIFIERS.split(' ');
let names = 0;
for (const specifier of specifiers) {
  const imported = await import(specifier);
  const required = require(specifier);
  for (const name of Object.keys(imported)) {
    assert.equal(required[name], imported[name], `${specifier}: ${name} differs between import and require`);
    names++;
  }
  assert.deepEqual(
    Object.keys(required)
      .filter((name) => name !== '__esModule')
      .sort(),
    Object.keys(imported)
      .filter((name) => name !== 'module.exports')
      .sort(),
  );
}
console.log(`${specifiers.length} entry points, ${names} names`);
