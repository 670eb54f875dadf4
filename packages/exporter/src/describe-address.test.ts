import { expect, test } from 'vitest';
import { describeAddress } from './describe-address.ts';

test.each([
  ['localhost:9091', '"localhost:9091"'],
  ['ftp://gateway.example/metrics', '"ftp://gateway.example/metrics"'],
  ['http://[::1]:9091/a-b', '"http://[::1]:9091/a-b"'],
  ['http:/gateway', '"http:/gateway"'],
  ['', '""'],
  [7, '7'],
  [null, 'null'],
])('describeAddress shows %j', (value, expected) => {
  expect(describeAddress(value)).toBe(expected);
});

test.each([
  'http://user:secret@',
  'http://user:secret@host:port',
  'htp:/user:secret@host',
  'user:secret@host',
  'user:secret',
  'http://user:secret%40host',
  'http://user:secret\\@host',
  'http://user:sec/ret@host',
  'http://user:sec?ret@host',
  'http://user:secret＠host',
  'http://user:secret host',
  '//user:secret@host',
  'http:user:secret@host',
  'http://host/?token=secret',
  'http://host/#secret',
  'http://[user:secret@::1',
])('describeAddress shows nothing of %j', (value) => {
  expect(describeAddress(value)).toBe(`a string of ${value.length} characters`);
});
