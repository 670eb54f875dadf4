import ts from 'typescript';
import { expect, test } from 'vitest';
import { publishedPackages, read } from './workspace.ts';

/** Variables of a module that can be assigned again: state that no caller made and none can drop. */
function moduleVariables(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    // What is declared inside a function or a class belongs to one call or one object.
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    const ambient =
      ts.isVariableStatement(node) && node.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword);
    if (ambient) return;
    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped & ~ts.NodeFlags.Let)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push(`${file}:${line} ${node.declarations.map(({ name }) => name.getText()).join(', ')}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no shipped module has variables of its own', () => {
  const found = publishedPackages().flatMap(({ sources }) =>
    sources.flatMap((file) => moduleVariables(file, read(file))),
  );

  expect(found).toEqual([]);
});

test('notices let and var outside functions, and nothing else', () => {
  const text = [
    'let count = 0;',
    'export let total = 0;',
    'var old = 1;',
    'const fixed = 2;',
    'export function f() { let local = 0; return local; }',
    'if (fixed) { let inner = 3; }',
    'const g = () => { let mine = 0; return mine; };',
    'class C { m() { let x = 1; return x; } }',
    'declare let ambient: number;',
  ].join('\n');

  const found = moduleVariables('sample.ts', text);

  expect(found).toEqual(['sample.ts:1 count', 'sample.ts:2 total', 'sample.ts:3 old', 'sample.ts:6 inner']);
});
