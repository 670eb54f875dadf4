import ts from 'typescript';
import { expect, test } from 'vitest';
import { publishedPackages, read } from './workspace.ts';

/** Returns the statements of an index file other than `export … from '…'`. */
function otherStatements(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements
    .filter((statement) => !ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined)
    .map((statement) => `${file}: ${statement.getText().split('\n')[0]}`);
}

test('the index of a package only lists its public API', () => {
  const found = publishedPackages().flatMap(({ folder }) =>
    otherStatements(`${folder}/src/index.ts`, read(`${folder}/src/index.ts`)),
  );

  expect(found).toEqual([]);
});

test('code in an index file is found', () => {
  const text = [
    "export { Counter, type CounterOptions } from './counter.ts';",
    "export type * from './types.ts';",
    'export {};',
    "import './effect.ts';",
    'export const one = 1;',
  ].join('\n');

  const found = otherStatements('index.ts', text);

  expect(found).toEqual(['index.ts: export {};', "index.ts: import './effect.ts';", 'index.ts: export const one = 1;']);
});
