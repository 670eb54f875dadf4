import { expect, onTestFinished, test } from 'vitest';
import { requirePlatform } from './required-platform.ts';

test('requirePlatform throws a clear error where String.prototype.toWellFormed is missing, as in Node 18', () => {
  expect(requirePlatform).not.toThrow();
  const { toWellFormed } = String.prototype;
  onTestFinished(() => {
    String.prototype.toWellFormed = toWellFormed;
  });
  Reflect.deleteProperty(String.prototype, 'toWellFormed');

  expect(requirePlatform).toThrow(
    `Promwright needs Node.js 20.19 or later, or an engine with ECMAScript 2024; this is ${process.version}`,
  );
});
