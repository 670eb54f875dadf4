import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Certificate and key, as in the options of TLS. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Certificate authority. */
export interface Authority extends Certificate {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** Creates a certificate authority. Each run creates a new authority, so that nothing expires and no key is stored. */
export function makeAuthority(name: string): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { name, privateKey, ...certificate(name, publicKey, privateKey, name, privateKey, [BASIC_CONSTRAINTS]) };
}

/** Creates a certificate of the authority, for clients and for a server at 127.0.0.1. */
export function makeCertificate(authority: Authority, name: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return certificate(name, publicKey, privateKey, authority.name, authority.privateKey, [ALTERNATIVE_NAME]);
}

function certificate(
  name: string,
  publicKey: KeyObject,
  privateKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  extensions: readonly Buffer[],
): Certificate {
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), // version 3
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    distinguished(issuer),
    sequence(time('20200101000000Z'), time('21200101000000Z')),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, issuerKey)]);
  const base64 = sequence(body, ECDSA_WITH_SHA256, der(0x03, signature)).toString('base64');
  const lines = base64.match(/.{1,64}/g)!.join('\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const BASIC_CONSTRAINTS = sequence(oid('551d13'), der(0x04, sequence(der(0x01, Buffer.of(0xff)))));
const ALTERNATIVE_NAME = sequence(oid('551d11'), der(0x04, sequence(der(0x87, Buffer.of(127, 0, 0, 1)))));

function distinguished(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** Encodes a time: two digits of the year before 2050, four digits from 2050 on (RFC 5280, section 4.1.2.5). */
function time(text: string): Buffer {
  const isUtc = text < '2050';
  return der(isUtc ? 0x17 : 0x18, Buffer.from(isUtc ? text.slice(2) : text));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}
