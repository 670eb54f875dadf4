import { expect, test } from 'vitest';
import { negotiateCoding, refusesPlain } from './content-coding.ts';

test.each<[coding: string, header: string | undefined]>([
  ['identity', undefined],
  ['identity', ''],
  ['gzip', 'gzip'],
  ['gzip', 'GZIP'],
  ['gzip', 'x-gzip'],
  ['gzip', 'deflate, gzip;q=0.5, br'],
  ['gzip', '*'],
  ['gzip', '*;q=0.1'],
  ['gzip', 'gzip, identity'],
  ['gzip', 'identity;q=0, gzip;q=0.001'],
  ['gzip', 'identity; q=0.5, *; q=0.5'],
  ['identity', 'identity;q=1, gzip;q=0.9'],
  ['identity', 'gzip;q=0'],
  ['identity', 'gzip;q=0.000'],
  ['identity', 'gzip;q=0, *'],
  ['identity', '*;q=0'],
  ['identity', 'br, zstd'],
  ['identity', 'gzip;q=2'],
  ['identity', 'gzip;q=abc'],
  ['identity', 'identity;q=0'],
  ['identity', 'identity;q=0, gzip;q=0'],
])('negotiateCoding returns %s for Accept-Encoding: %s', (coding, header) => {
  const chosen = negotiateCoding(header, ['gzip']);

  expect(chosen).toBe(coding);
});

test('negotiateCoding returns only offered codings', () => {
  const chosen = negotiateCoding('gzip', []);

  expect(chosen).toBe('identity');
});

test.each<[coding: string, header: string]>([
  ['zstd', 'gzip, zstd'],
  ['zstd', 'gzip, deflate, br, zstd'],
  ['zstd', 'ZSTD;Q=0.5, gzip ; q=0.5'],
  ['zstd', '*'],
  ['zstd', 'gzip;q=0, *;q=0.1'],
  ['zstd', 'identity;q=0, *'],
  ['gzip', 'zstd;q=0.9, gzip'],
  ['gzip', 'zstd;q=0, *'],
  ['gzip', 'zstd;q=0.999, gzip;q=1.000'],
  ['gzip', 'x-gzip, zstd;q=0.5'],
  ['identity', 'zstd;q=0, gzip;q=0, *'],
  ['identity', '*;q=0.5, identity'],
  ['identity', 'zstd2, gzipped, ;q=1, q=1, "gzip"'],
  ['identity', `${','.repeat(16_000)}`],
])('negotiateCoding returns %s of zstd and gzip for Accept-Encoding: %s', (coding, header) => {
  expect(negotiateCoding(header, ['zstd', 'gzip'])).toBe(coding);
});

test('negotiateCoding returns the earlier of equal codings', () => {
  expect(negotiateCoding('zstd, gzip', ['gzip', 'zstd'])).toBe('gzip');
});

test.each<[refused: boolean, header: string | undefined]>([
  [false, undefined],
  [false, ''],
  [false, 'gzip'],
  [false, '*'],
  [false, 'identity;q=0.001, *;q=0'],
  [true, 'identity;q=0'],
  [true, 'gzip, Identity; q=0.0'],
  [true, 'gzip, *;q=0'],
  [true, 'identity;q=0, *'],
])('refusesPlain returns %s for Accept-Encoding: %s', (refused, header) => {
  expect(refusesPlain(header)).toBe(refused);
});
