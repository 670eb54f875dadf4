import { expect, test } from 'vitest';
import { negotiateCoding } from './content-coding.ts';

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
])('chooses %s for Accept-Encoding: %s', (coding, header) => {
  const chosen = negotiateCoding(header, ['gzip']);

  expect(chosen).toBe(coding);
});

test('chooses nothing that is not offered', () => {
  const chosen = negotiateCoding('gzip', []);

  expect(chosen).toBe('identity');
});
