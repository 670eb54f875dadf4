import { BlockList, isIP } from 'node:net';
import { describeValue, rangeError, typeError } from '@promwright/model';

/**
 * Returns a function that is true for the addresses of a list in CIDR form. An IPv4 address also matches in the form of sockets
 * for both versions, `::ffff:10.0.0.1`.
 * @throws with code `INVALID_OPTION` for anything but addresses, with or without a prefix length
 */
export function allowList(allow: readonly string[]): (address: string | undefined) => boolean {
  if (!Array.isArray(allow)) {
    throw typeError('INVALID_OPTION', `Option "allow" must be an array of addresses; got ${describeValue(allow)}`);
  }
  const list = new BlockList();
  for (const entry of allow as readonly unknown[]) add(list, entry);
  return (address) => {
    // An IPv6 address can end in the zone of its interface.
    const plain = address?.split('%')[0] ?? '';
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}

function add(list: BlockList, entry: unknown): void {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(String(entry)) ?? [];
  // A zone names an interface of this machine. BlockList does not compare zones.
  const version = typeof entry === 'string' && !address.includes('%') ? isIP(address) : 0;
  const bits = version === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  if (version === 0 || length > bits) {
    const found = describeValue(entry);
    throw rangeError(
      'INVALID_OPTION',
      `Option "allow" must hold addresses such as "10.0.0.0/8" or "::1"; got ${found}`,
    );
  }
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
}
