import { expect, test } from 'vitest';
import { allowList } from './allow-list.ts';

test.each<[allow: string[], inside: string[], outside: (string | undefined)[]]>([
  [['127.0.0.1'], ['127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1'], ['127.0.0.2', '::1', '::ffff:127.0.0.2']],
  [['10.0.0.0/8'], ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['9.255.255.255', '11.0.0.0', '::ffff:11.0.0.0']],
  [['192.168.16.0/20'], ['192.168.16.0', '192.168.31.255'], ['192.168.15.255', '192.168.32.0']],
  [['10.1.2.3/31'], ['10.1.2.2', '10.1.2.3'], ['10.1.2.1', '10.1.2.4']],
  [['0.0.0.0/0'], ['1.2.3.4', '::ffff:1.2.3.4'], ['2001:db8::1', '::1']],
  [['::1'], ['::1', '0:0:0:0:0:0:0:1'], ['::2', '127.0.0.1', '0.0.0.1']],
  [['fd00::/8'], ['fd00::', 'fdff:ffff::1', 'FD12::'], ['fc00::1', 'fe00::', '10.0.0.1']],
  [['2001:db8::/33'], ['2001:db8:7fff::'], ['2001:db8:8000::']],
  [['fe80::/10'], ['fe80::1%eth0', 'fe80::1', 'febf::1%2'], ['fec0::1%eth0']],
  [['::ffff:10.0.0.0/104'], ['10.1.2.3', '::ffff:10.1.2.3'], ['11.0.0.1']],
  [['127.0.0.1', '::1', '10.0.0.0/24'], ['127.0.0.1', '::1', '10.0.0.9'], ['10.0.1.9']],
  [[], [], ['127.0.0.1', '::1']],
  // Values that are no address: of a closed socket, of a socket without network, or invented.
  [['0.0.0.0/0', '::/0'], [], [undefined, '', 'localhost', '127.0.0.1 ', '10.0.0.0/8', '::1::', '%eth0', '1.2.3']],
])('allowList(%j) matches addresses by prefix', (allow, inside, outside) => {
  const isAllowed = allowList(allow);

  expect(inside.filter((address) => !isAllowed(address))).toEqual([]);
  expect(outside.filter((address) => isAllowed(address))).toEqual([]);
});

test.each<[entry: unknown, found: string]>([
  ['', '""'],
  ['localhost', '"localhost"'],
  ['10.0.0.0/33', '"10.0.0.0/33"'],
  ['::1/129', '"::1/129"'],
  ['10.0.0.0/', '"10.0.0.0/"'],
  ['10.0.0.0/-1', '"10.0.0.0/-1"'],
  ['10.0.0.0/8/8', '"10.0.0.0/8/8"'],
  ['10.0.0.0/255.0.0.0', '"10.0.0.0/255.0.0.0"'],
  ['10.0.0', '"10.0.0"'],
  ['010.0.0.1', '"010.0.0.1"'],
  [' 10.0.0.1', '" 10.0.0.1"'],
  ['10.0.0.1\n', '"10.0.0.1\\n"'],
  ['[::1]', '"[::1]"'],
  ['fe80::1%eth0', '"fe80::1%eth0"'],
  ['10.0.0.1:80', '"10.0.0.1:80"'],
  [undefined, 'undefined'],
  [['10.0.0.1'], 'an array of 1'],
  [{ toString: () => '10.0.0.1' }, 'an object'],
  [Symbol('x'), 'a symbol'],
])('allowList refuses the entry %j', (entry, found) => {
  const message = `Option "allow" must hold addresses such as "10.0.0.0/8" or "::1"; got ${found}`;

  expect(() => allowList(['127.0.0.1', entry as string])).toThrow(
    expect.objectContaining({ name: 'RangeError', code: 'INVALID_OPTION', message }),
  );
});

test.each<[allow: unknown, found: string]>([
  ['10.0.0.0/8', '"10.0.0.0/8"'],
  [null, 'null'],
  [new Set(), 'an object'],
])('allowList refuses %j instead of an array', (allow, found) => {
  const message = `Option "allow" must be an array of addresses; got ${found}`;

  expect(() => allowList(allow as string[])).toThrow(
    expect.objectContaining({ name: 'TypeError', code: 'INVALID_OPTION', message }),
  );
});
