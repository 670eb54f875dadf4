// Loads every entry point by require alone.
const assert = require('node:assert/strict');

const specifiers = process.env.SPECIFIERS.split(' ');
for (const specifier of specifiers)
  assert.ok(Object.keys(require(specifier)).length > 0, `${specifier} exports nothing`);
console.log(`${specifiers.length} entry points`);
