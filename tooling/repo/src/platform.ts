import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import { importsOf } from './imports.ts';

const nodeGlobals = new Set([
  'process',
  'Buffer',
  'require',
  'module',
  'exports',
  '__dirname',
  '__filename',
  'global',
  'setImmediate',
]);

/** Finds modules and globals of Node in a file. `globalThis.process?.x` is allowed, because the expression is no error elsewhere. */
export function nodeUses(file: string, text: string): string[] {
  const modules = importsOf(file, text)
    .filter(({ specifier }) => specifier !== undefined && (isBuiltin(specifier) || specifier === 'node'))
    .map(({ specifier, line }) => ({ line, name: specifier }));
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const uses: { line: number; name: string }[] = [];
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && (nodeGlobals.has(node.text) || isNodeNamespace(node))) {
      if (declares(node)) declared.add(node.text);
      else if (!isMemberName(node)) {
        uses.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, name: node.text });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...modules, ...uses.filter(({ name }) => !declared.has(name))].map(
    ({ line, name }) => `${file}:${line} uses ${name}`,
  );
}

/** Returns the file `start` and all files reached from `start` by relative imports. */
export function reachableFiles(start: string, read: (file: string) => string): string[] {
  const seen = new Set([start]);
  for (const file of seen) {
    for (const { specifier } of importsOf(file, read(file))) {
      if (specifier?.startsWith('.')) seen.add(path.posix.join(path.posix.dirname(file), specifier));
    }
  }
  return [...seen];
}

/**
 * Finds uses of Node in the neutral files of a package that keeps its code for Node in `src/node/`. All files are neutral
 * except that folder and `src/index.ts`: a neutral file uses no module and no global of Node and imports nothing from
 * `src/node/`. A package without the folder is not judged.
 */
export function nodeFolderProblems(
  folder: string,
  sources: readonly string[],
  read: (file: string) => string,
): string[] {
  const nodeFolder = `${folder}/src/node/`;
  if (!sources.some((file) => file.startsWith(nodeFolder))) return [];
  const neutral = sources.filter((file) => !file.startsWith(nodeFolder) && file !== `${folder}/src/index.ts`);
  return neutral.flatMap((file) => {
    const text = read(file);
    const intoNode = importsOf(file, text).filter(
      ({ specifier }) =>
        specifier?.startsWith('.') && path.posix.join(path.posix.dirname(file), specifier).startsWith(nodeFolder),
    );
    return [
      ...nodeUses(file, text),
      ...intoNode.map(({ specifier, line }) => `${file}:${line} imports ${specifier} from src/node/`),
    ];
  });
}

/** True for `NodeJS` in `NodeJS.Timeout`: the namespace exists only where Node's types are installed. */
function isNodeNamespace(node: ts.Identifier): boolean {
  return node.text === 'NodeJS' && ts.isQualifiedName(node.parent) && node.parent.left === node;
}

function declares(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isImportClause(parent) ||
      ts.isNamespaceImport(parent)) &&
    parent.name === node
  );
}

/** True if the identifier only names a member, as in `x.process`, `{ process: 1 }` and `interface X { process: T }`. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isAccessor(parent) ||
      ts.isNamedTupleMember(parent) ||
      ts.isJSDocParameterTag(parent)) &&
    parent.name === node
  );
}
