// Measures the prose of comments in `packages/*/src`, without tests, and prints a table by package.
//
//   pnpm words                    the files as they are in the folders now
//   pnpm words b5e46bf            the files of a git revision
//   pnpm words --list metrics     doc comments of packages/metrics that open with a pointing word, and the shares of its files
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';

/** Pronouns and relatives: words which stand for a name. Possessives (its, their) are not counted, because the owner is named nearby. */
const pointing = new Set(
  (
    'what whatever which who whom whose whoever that those these such so ' +
    'it itself they them themselves one ones other others another ' +
    'something somebody anybody everybody nobody'
  ).split(' '),
);

/** First words of doc comments which name no subject. "One" is not among them: "One time series of a counter" names its subject. */
const openings = new Set('what whether how where which who of those that such it they'.split(' '));

const { values, positionals } = parseArgs({ allowPositionals: true, options: { list: { type: 'string' } } });
const [revision] = positionals;
const root = execFileSync('git', ['rev-parse', '--show-toplevel'], { encoding: 'utf8' }).trim();
const measures = readSources(revision).map(({ file, text }) => measure(file, text));

if (values.list === undefined) printPackages();
else printPackage(values.list);

function git(args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** Reads the shipped TypeScript files of a revision, or of the folders (new files included) when there is no revision. */
function readSources(revision) {
  const list =
    revision === undefined
      ? git(['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', 'packages'])
      : git(['ls-tree', '-r', '--name-only', revision, 'packages']);
  const files = list.split('\n').filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file) && !isTest(file));
  if (revision !== undefined) return readRevision(revision, files);
  return files
    .filter((file) => existsSync(path.join(root, file)))
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}

function isTest(file) {
  return /\.test(-d)?\.ts$/.test(file) || /\/(?:bench|test)\//.test(file);
}

/** Reads all files with one git process: a process for each file takes seconds. */
function readRevision(revision, files) {
  const input = files.map((file) => `${revision}:${file}\n`).join('');
  const output = execFileSync('git', ['cat-file', '--batch'], { cwd: root, input, maxBuffer: 2 ** 28 });
  let offset = 0;
  return files.map((file) => {
    const headerEnd = output.indexOf('\n', offset);
    const size = Number(output.toString('utf8', offset, headerEnd).split(' ')[2]);
    const text = output.toString('utf8', headerEnd + 1, headerEnd + 1 + size);
    offset = headerEnd + size + 2;
    return { file, text };
  });
}

/** Counts the words of a file's comments and notes the doc comments that open with a pointing word. */
function measure(file, text) {
  const result = { file, words: 0, pointing: 0, docs: 0, opened: [] };
  for (const { text: comment, line, isDoc } of commentsOf(file, text)) {
    const words = comment.match(/[A-Za-z]+(?:['’-][A-Za-z]+)*/g) ?? [];
    result.words += words.length;
    result.pointing += words.filter((word) => pointing.has(word.toLowerCase())).length;
    if (!isDoc) continue;
    result.docs += 1;
    const first = /^[A-Za-z]+/.exec(comment)?.[0].toLowerCase();
    if (openings.has(first)) result.opened.push({ line, text: comment.replace(/\s+/g, ' ') });
  }
  return result;
}

/** Returns each comment once, without its marks. */
function commentsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = new Map();
  const visit = (node) => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const { pos, end } of ranges) {
      if (found.has(pos)) continue;
      const whole = text.slice(pos, end);
      found.set(pos, {
        text: whole
          .replace(/^\/\*+|\*\/$/g, '')
          .replace(/^\s*\*+ ?/gm, '')
          .replace(/^\s*\/\/+ ?/gm, '')
          .trim(),
        line: source.getLineAndCharacterOfPosition(pos).line + 1,
        isDoc: whole.startsWith('/**'),
      });
    }
    // Tokens too, because a comment may stand before a closing brace.
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return [...found.values()];
}

function printPackages() {
  const names = [...new Set(measures.map(({ file }) => packageOf(file)))];
  print('package', [
    ...names.map((name) => [name, measures.filter(({ file }) => packageOf(file) === name)]),
    ['total', measures],
  ]);
  console.log(`\npointing words: ${[...pointing].join(' ')}`);
  console.log(`pointing openings: ${[...openings].join(' ')}`);
}

function printPackage(name) {
  const files = measures.filter(({ file }) => packageOf(file) === name);
  if (files.length === 0) throw new Error(`packages/${name} has no sources`);
  for (const { file, opened } of files) {
    for (const { line, text } of opened) console.log(`${file}:${line} ${text}`);
  }
  console.log();
  print('file', [...files.map((measured) => [measured.file, [measured]]), ['total', files]]);
}

function packageOf(file) {
  return file.split('/')[1];
}

/** Prints one row for each group of files. */
function print(title, groups) {
  const rows = groups.map(([name, files]) => {
    const sum = (count) => files.reduce((total, measured) => total + count(measured), 0);
    const words = sum((measured) => measured.words);
    const docs = sum((measured) => measured.docs);
    return [
      name,
      String(words),
      percent(
        sum((measured) => measured.pointing),
        words,
      ),
      String(docs),
      percent(
        sum((measured) => measured.opened.length),
        docs,
      ),
    ];
  });
  const table = [[title, 'comment words', 'pointing', 'doc comments', 'pointing openings'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const [name, ...cells] of table) {
    const padded = cells.map((cell, index) => cell.padStart(widths[index + 1]));
    console.log([name.padEnd(widths[0]), ...padded].join('  '));
  }
}

function percent(part, whole) {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)}%`;
}
