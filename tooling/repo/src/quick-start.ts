/** A file that a README tells its reader to write. */
export interface QuickStartFile {
  readonly name: string;
  readonly text: string;
}

/** The first program of a README, as a reader copies it into an empty folder. */
export interface QuickStart {
  /** The line that installs all packages of the program. */
  readonly install: string;
  /** The program as an ES module. */
  readonly program: QuickStartFile;
  /** Lines that the README shows as output of the program. */
  readonly output: readonly string[];
  /** The same program as CommonJS: its import lines are replaced by the `require` lines of the README. */
  readonly commonJs: QuickStartFile;
  /** The same program as TypeScript, and the commands that install the types and compile the program. */
  readonly typeScript: QuickStartFile & { readonly commands: readonly string[] };
}

/** The first command of the README of a package that installs a command. */
export interface CommandQuickStart {
  /** The line that installs the package. */
  readonly install: string;
  /** File that the commands read. */
  readonly file: QuickStartFile;
  readonly commands: readonly string[];
  /** Lines that the README shows as output of the commands. */
  readonly output: readonly string[];
}

interface Block {
  readonly language: string;
  readonly code: string;
  /** The nearest line of prose before the block. */
  readonly intro: string;
}

/**
 * Reads the quick start of a README: an `npm install` line, a program after a line that names its `.mjs` file, its output,
 * the `require` lines after "CommonJS (`name.cjs`)", and the commands after "TypeScript (`name.mts`)". Throws an error that
 * names the first missing or contradictory part.
 */
export function readQuickStart(text: string): QuickStart {
  const blocks = fencedBlocks(text);
  const install = installLine(blocks);
  const program = namedFile(blocks, 'mjs', ['js']);
  const requires = variant(blocks, 'CommonJS', program.name.replace(/mjs$/, 'cjs'), 'js');
  const typeScript = variant(blocks, 'TypeScript', program.name.replace(/mjs$/, 'mts'), 'sh');
  const { imports, rest } = splitImports(program.text);
  expectSame('packages of the install line and of the imports', packagesIn(install), packagesOf(imports));
  expectSame('imports and require lines', requiresIn(requires.text), imports.map(formatImport));
  const commands = typeScript.text.trim().split('\n');
  const compile = `npx tsc --strict --module nodenext --types node ${typeScript.name}`;
  if (!commands[0]!.startsWith('npm install --save-dev typescript @types/node') || commands[1] !== compile) {
    throw new Error(`the TypeScript block must install typescript and @types/node, then run "${compile}"`);
  }
  return {
    install,
    program,
    output: outputAfter(blocks, program),
    commonJs: { name: requires.name, text: `${requires.text}${rest}` },
    typeScript: { name: typeScript.name, text: program.text, commands },
  };
}

/** Reads the quick start of a package that installs a command: install line, input file, commands, output. Throws as `readQuickStart`. */
export function readCommandQuickStart(text: string): CommandQuickStart {
  const blocks = fencedBlocks(text);
  const install = installLine(blocks);
  const file = namedFile(blocks, String.raw`\w+`, ['text']);
  const commands = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.trim().split('\n'))
    .filter((line) => line.startsWith('npx ') && line.includes(file.name));
  if (commands.length === 0) throw new Error(`no sh block with an npx command on "${file.name}"`);
  return { install, file, commands, output: outputAfter(blocks, file) };
}

function fencedBlocks(text: string): Block[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: code = '', index }) => {
    const prose = text.slice(0, index).replaceAll(/<!--.*?-->/g, '');
    return { language, code, intro: prose.trimEnd().split('\n').at(-1) ?? '' };
  });
}

function installLine(blocks: readonly Block[]): string {
  const lines = blocks.find(({ language }) => language === 'sh')?.code.split('\n') ?? [];
  const install = lines.find((line) => /^npm install [\w@]|^npm install --save-dev [\w@]/.test(line));
  if (install === undefined) throw new Error('the first sh block has no npm install line');
  return install;
}

/** The first block after a line that consists of a file's name and a colon. */
function namedFile(blocks: readonly Block[], extension: string, languages: readonly string[]): QuickStartFile {
  const name = new RegExp(`^\`([\\w-]+\\.${extension})\`:$`);
  const block = blocks.find(({ language, intro }) => languages.includes(language) && name.test(intro));
  if (block === undefined) throw new Error(`no ${languages} block after a line such as "\`server.${extension}\`:"`);
  return { name: name.exec(block.intro)![1]!, text: block.code };
}

function variant(blocks: readonly Block[], title: string, name: string, language: string): QuickStartFile {
  const block = blocks.find((one) => one.language === language && one.intro.startsWith(`${title} (\`${name}\`)`));
  if (block === undefined)
    throw new Error(`no ${language} block after a line that begins with "${title} (\`${name}\`)"`);
  return { name, text: block.code };
}

function outputAfter(blocks: readonly Block[], file: QuickStartFile): string[] {
  const start = blocks.findIndex(({ code }) => code === file.text);
  const block = blocks.slice(start + 1).find(({ language }) => language === 'text');
  if (block === undefined) throw new Error(`no text block with output after "${file.name}"`);
  return block.code.trim().split('\n');
}

interface Import {
  /** Text between `import` and `from`; empty for an import without names. */
  readonly names: string;
  readonly specifier: string;
}

/** The import lines at the beginning of a program, and all that follows. */
function splitImports(program: string): { imports: Import[]; rest: string } {
  const found = [...program.matchAll(/^import (?:([^';]+) from )?'([^']+)';\n/gm)];
  const last = found.at(-1);
  if (last === undefined) throw new Error('the program imports nothing');
  const imports = found.map(([, names = '', specifier = '']) => ({ names, specifier }));
  return { imports, rest: program.slice(last.index + last[0].length) };
}

function formatImport({ names, specifier }: Import): string {
  return `${names} from '${specifier}'`;
}

function requiresIn(code: string): string[] {
  const lines = /^(?:const ([^=;]+) = )?require\('([^']+)'\);\n/gm;
  const other = code.replaceAll(lines, '').trim();
  if (other !== '') throw new Error(`the CommonJS block has more than require lines: ${other}`);
  return [...code.matchAll(lines)].map(([, names = '', specifier = '']) => formatImport({ names, specifier }));
}

function packagesIn(install: string): string[] {
  return install.split(' ').filter((word) => !/^(?:npm|install|--.*)$/.test(word));
}

/** The packages that imports load: `@scope/name` of `@scope/name/entry`, without modules of Node. */
function packagesOf(imports: readonly Import[]): string[] {
  const names = imports
    .map(({ specifier }) => specifier)
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(names)];
}

function expectSame(title: string, actual: readonly string[], expected: readonly string[]): void {
  const [left, right] = [[...actual].sort().join(', '), [...expected].sort().join(', ')];
  if (left !== right) throw new Error(`${title} differ: [${left}] and [${right}]`);
}
