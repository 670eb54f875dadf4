import { describe, expect, test } from 'vitest';
import { escapeName, unescapeName } from './escape-name.ts';

test.each([
  ['', '', '', ''],
  ['plain_name', 'plain_name', 'plain__name', 'plain_name'],
  ['http.server.duration', 'http_server_duration', 'http_dot_server_dot_duration', 'U__http_2e_server_2e_duration'],
  ['a.b_c', 'a_b_c', 'a_dot_b__c', 'U__a_2e_b__c'],
  ['9lives', '_lives', '__lives', 'U___39_lives'],
  ['with space and é', 'with_space_and__', 'with__space__and____', 'U__with_20_space_20_and_20__e9_'],
  ['😀', '_', '__', 'U___1f600_'],
  ['a\ud800', 'a_', 'a__', 'U__a_FFFD_'],
])('escapeName escapes %j as %j, %j or %j', (name, underscores, dots, values) => {
  expect([escapeName(name, 'underscores'), escapeName(name, 'dots'), escapeName(name, 'values')]).toEqual([
    underscores,
    dots,
    values,
  ]);
  expect(escapeName(name, 'allow-utf-8')).toBe(name);
});

describe('unescapeName', () => {
  test.each(['plain_name', 'http.server.duration', 'a._b', 'a_.b', 'a_dot_b', '_', '__', 'x.y.z_'])(
    'reverses the scheme dots for %j',
    (name) => {
      expect(unescapeName(escapeName(name, 'dots'), 'dots')).toBe(name);
    },
  );

  test.each(['plain_name', 'http.server.duration', 'a_dot_b é', '😀_', '9_9', '\n"\\'])(
    'reverses the scheme values for %j',
    (name) => {
      expect(unescapeName(escapeName(name, 'values'), 'values')).toBe(name);
    },
  );

  test.each(['U__bad_', 'U__bad_zz_', 'U___1234567_', 'U__x_110000_', 'U__x_d800_', 'U__a_2eb', 'plain'])(
    'returns %j unchanged, because no escaped name has this form',
    (name) => {
      expect(unescapeName(name, 'values')).toBe(name);
    },
  );

  test('returns names unchanged under a scheme that cannot be reversed', () => {
    expect(unescapeName('a__b', 'underscores')).toBe('a__b');
    expect(unescapeName('a__b', 'allow-utf-8')).toBe('a__b');
  });
});
