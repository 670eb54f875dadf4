import { isBuiltin } from 'node:module';
import ts from 'typescript';

/** Place in a file that names another module. */
export interface ImportSite {
  /** Specifier as written; `undefined` if it is computed, so that no check can know it. */
  readonly specifier: string | undefined;
  readonly line: number;
}

/** Returns every import, re-export, `import()`, `import('x').T`, `require()` and `/// <reference types>` of a TypeScript file. */
export function importsOf(file: string, text: string): ImportSite[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: ImportSite[] = [];
  const add = (position: number, specifier: ts.Node | undefined) => {
    const literal = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
    found.push({ specifier: literal, line: source.getLineAndCharacterOfPosition(position).line + 1 });
  };
  for (const { fileName, pos } of source.typeReferenceDirectives) {
    found.push({ specifier: fileName, line: source.getLineAndCharacterOfPosition(pos).line + 1 });
  }
  const visit = (node: ts.Node): void => {
    const start = node.getStart();
    if (ts.isImportDeclaration(node)) add(start, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(start, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(start, node.expression);
    else if (ts.isImportTypeNode(node)) {
      add(start, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    } else if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) add(start, node.name);
    else if (ts.isCallExpression(node) && isModuleCall(node.expression)) add(start, node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isModuleCall(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
}

/** Returns the npm package of a specifier; `node:` for a module of Node, `undefined` for a relative file. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.')) return undefined;
  if (isBuiltin(specifier)) return 'node:';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
