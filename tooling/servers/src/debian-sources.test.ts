import { describe, expect, test } from 'vitest';
import { debianSources } from './debian-sources.ts';

const deb822 = {
  name: '/etc/apt/sources.list.d/debian.sources',
  text: `# Comments may stand before a stanza
Types: deb deb-src
# and inside one.
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.test/security
Suites: bookworm-security
Components: main
`,
};

describe('the stable suite', () => {
  test('keeps the release, its updates and its security updates', () => {
    const sources = debianSources([deb822], 'stable', 'bookworm');

    expect(sources).toBe(`Types: deb
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.test/security
Suites: bookworm-security
Components: main
`);
  });

  test('keeps a release given by its state instead of its name', () => {
    const file = { name: 'a.list', text: 'deb http://mirror.test/debian stable main\n' };

    expect(debianSources([file], 'stable', 'bookworm')).toContain('Suites: stable\n');
  });

  test('omits other vendors, sources without binaries and disabled sources', () => {
    const files = [
      { name: 'a.sources', text: 'Types: deb\nURIs: http://vendor.test\nSuites: nodistro\nComponents: main\n' },
      { name: 'b.sources', text: 'Types: deb-src\nURIs: http://a.test\nSuites: bookworm\nComponents: main\n' },
      { name: 'c.sources', text: 'Enabled: no\nTypes: deb\nURIs: http://a.test\nSuites: bookworm\nComponents: main\n' },
      { name: 'd.sources', text: 'Types: deb\nURIs: http://a.test\nSuites: bookworm\nComponents: contrib\n' },
      { name: 'e.list', text: 'deb http://vendor.test cloud-bookworm main\n# deb http://a.test bookworm main\n' },
      { name: 'f.list', text: 'deb cdrom:[Debian 12]/ bookworm main\n' },
      { name: 'g.list.save', text: 'deb http://a.test bookworm main\n' },
    ];

    expect(debianSources(files, 'stable', 'bookworm')).toBe('');
  });
});

describe('the unstable suite', () => {
  test('replaces the release, not its security updates', () => {
    const sources = debianSources([deb822], 'unstable', 'bookworm');

    expect(sources).toBe(`Types: deb
URIs: http://mirror.test/debian
Suites: sid
Components: main
Signed-By: /usr/share/keyrings/debian.gpg
`);
  });

  test('is derived from the one-line form with its options', () => {
    const text = `deb [arch=amd64,arm64 signed-by=/keys/debian.gpg check-valid-until=no] http://mirror.test/debian bookworm main # ours
deb http://mirror.test/debian bookworm-updates main
deb-src http://mirror.test/debian bookworm main
`;

    expect(debianSources([{ name: '/etc/apt/sources.list', text }], 'unstable', 'bookworm')).toBe(`Types: deb
URIs: http://mirror.test/debian
Suites: sid
Components: main
Architectures: amd64 arm64
Signed-By: /keys/debian.gpg
Check-Valid-Until: no
`);
  });

  test('keeps an embedded key of several lines', () => {
    const key = 'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEZ\n -----END PGP PUBLIC KEY BLOCK-----';
    const text = `Types: deb\nURIs: http://mirror.test\nSuites: trixie\nComponents: main\n${key}\n`;

    const sources = debianSources([{ name: 'debian.sources', text }], 'unstable', 'trixie');

    expect(sources).toBe(`Types: deb\nURIs: http://mirror.test\nSuites: sid\nComponents: main\n${key}\n`);
  });

  test('lists a mirror once if several files name the mirror', () => {
    const file = { name: 'a.list', text: 'deb http://mirror.test/debian bookworm main\n' };

    const sources = debianSources([file, { ...file, name: 'b.list' }], 'unstable', 'bookworm');

    expect(sources).toBe(debianSources([file], 'unstable', 'bookworm'));
  });
});
