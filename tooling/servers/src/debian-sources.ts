/** Debian suite. `stable` is the release of this machine; `unstable` is Debian's rolling suite. */
export type DebianSuite = 'stable' | 'unstable';

/** File of apt sources. Its extension determines its format, as for apt. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** Fields of one deb822 stanza, by lower-case name. A value keeps its continuation lines. */
type Stanza = Map<string, { readonly name: string; readonly value: string }>;

/** States in Debian's release cycle, which can name a suite in place of the code name of the release. */
const releaseAliases = ['stable', 'oldstable', 'testing', 'unstable', 'sid'];
const disabled = /^(no|false|without|off|disable|0)$/i;

/**
 * Returns the sources of one suite in deb822 format, derived from the sources of the machine, so that the code names no mirror.
 * Sources of other vendors are omitted. The result is empty if no Debian source remains.
 */
export function debianSources(files: readonly SourceFile[], suite: DebianSuite, codename: string): string {
  const releases = [codename, ...releaseAliases].filter((name) => name !== '');
  const derived = new Set<string>();
  for (const stanza of files.flatMap(stanzasOf)) {
    if (!words(stanza, 'types').includes('deb') || !words(stanza, 'components').includes('main')) continue;
    if (disabled.test(field(stanza, 'enabled').trim())) continue;
    const suites = words(stanza, 'suites').filter((name) =>
      releases.some((release) =>
        // Security updates may come from a separate archive, which has no unstable suite.
        suite === 'unstable'
          ? name === release
          : name === release || name === `${release}-updates` || name === `${release}-security`,
      ),
    );
    if (suites.length === 0) continue;
    derived.add(formatStanza(stanza, suite === 'unstable' ? ['sid'] : suites));
  }
  return [...derived].join('\n');
}

function stanzasOf(file: SourceFile): Stanza[] {
  if (file.name.endsWith('.sources')) return parseDeb822(file.text);
  if (file.name.endsWith('.list')) return parseOneLineForm(file.text);
  return [];
}

function parseDeb822(text: string): Stanza[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .map((block) => {
      const stanza: Stanza = new Map();
      for (const [, name, value] of block.matchAll(/^([^\s:]+):((?:.*)(?:\n[ \t].*)*)/gm)) {
        // A value may begin on its second line; the written value must begin there too.
        stanza.set(name!.toLowerCase(), { name: name!, value: value!.replace(/^[ \t]+/, '').trimEnd() });
      }
      return stanza;
    });
}

function parseOneLineForm(text: string): Stanza[] {
  const stanzas: Stanza[] = [];
  for (const line of text.split('\n')) {
    const found = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (found === null || found[2]!.startsWith('cdrom:')) continue;
    const stanza: Stanza = new Map();
    const set = (name: string, value: string) => stanza.set(name.toLowerCase(), { name, value });
    set('Types', 'deb');
    set('URIs', found[2]!);
    set('Suites', found[3]!);
    set('Components', found[4]!.trim());
    for (const [, key, operator, value] of (found[1] ?? '').matchAll(/([\w-]+?)([+-]?)=(\S+)/g)) {
      // This format separates list items by commas, the other format by spaces. A key file is never a list of words.
      set(deb822Name(key!, operator!), key === 'signed-by' ? value! : value!.replaceAll(',', ' '));
    }
    stanzas.push(stanza);
  }
  return stanzas;
}

function deb822Name(key: string, operator: string): string {
  const plural: Readonly<Record<string, string>> = { arch: 'Architectures', lang: 'Languages', target: 'Targets' };
  const name = plural[key] ?? key.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
  if (operator === '') return name;
  return operator === '+' ? `${name}-Add` : `${name}-Remove`;
}

function field(stanza: Stanza, name: string): string {
  return stanza.get(name)?.value ?? '';
}

function words(stanza: Stanza, name: string): string[] {
  return field(stanza, name)
    .split(/\s+/)
    .filter((word) => word !== '');
}

function formatStanza(stanza: Stanza, suites: readonly string[]): string {
  const written = ['types', 'uris', 'suites', 'components', 'enabled'];
  const others = [...stanza].filter(([key]) => !written.includes(key));
  return [
    'Types: deb',
    `URIs: ${words(stanza, 'uris').join(' ')}`,
    `Suites: ${suites.join(' ')}`,
    'Components: main',
    ...others.map(([, { name, value }]) => `${name}:${value.startsWith('\n') ? '' : ' '}${value}`),
    '',
  ].join('\n');
}
