import { expect, test } from 'vitest';
import { withoutCredentials } from './without-credentials.ts';

test.each([
  ['http://user:secret@host:9090/metrics', 'http://host:9090/metrics'],
  ['http://user:sec/ret@host:port', 'http://host:port'],
  ['http:user:secret@host', 'http:host'],
  ['http:/user:sec@ret@[::1', 'http:/[::1'],
  ['htp://user:secret@host/', 'htp://host/'],
  ['HTTPS:\\\\user:secret@host', 'HTTPS:\\\\host'],
  ['user:secret@host:9090', 'host:9090'],
  ['user:sec/ret@host:9090/metrics', 'host:9090/metrics'],
  ['folder/page@host.prom', 'folder/page@host.prom'],
  ['a@b', 'a@b'],
  ['http://host/metrics', 'http://host/metrics'],
])('withoutCredentials(%j) is %j', (source, shown) => {
  expect(withoutCredentials(source)).toBe(shown);
});
