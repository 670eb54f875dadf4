import ts from 'typescript';
import { expect, test } from 'vitest';
import { publishedPackages, read } from './workspace.ts';

type Value = string | number;

/** Returns the array literals of a file that consist of strings and numbers only and contain `member`. */
function literalsWith(member: Value, file: string, text: string): Value[][] {
  const found: Value[][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node)) {
      const values = node.elements.map(literalValue);
      if (values.includes(member) && values.every((value) => value !== undefined)) found.push(values);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function literalValue(node: ts.Expression): Value | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  return ts.isStringLiteralLike(node) ? node.text : undefined;
}

/** Returns the literals of a package, so that the constant may move and change its name. */
function literalsOf(name: string, member: Value): Value[][] {
  const { sources = [] } = publishedPackages().find((pkg) => pkg.name === name) ?? {};
  return sources.flatMap((file) => literalsWith(member, file, read(file)));
}

// Packages `http` and `process` do not import each other, so the same constants of OpenTelemetry stand in both.
test.each<[constant: string, member: Value]>([
  ['known HTTP methods', 'QUERY'],
  ['bounds of request durations', 0.075],
])('http and process have the same %s', (_, member) => {
  const inHttp = literalsOf('http', member);
  const inProcess = literalsOf('process', member);

  expect(inHttp).toHaveLength(1);
  expect(inProcess).toEqual(inHttp);
});

test('literalsWith returns every literal with the member, to the last value', () => {
  const text = [
    "const METHODS: ReadonlySet<string> = new Set(['GET', 'QUERY']);",
    "function f() { return ['GET', 'QUERY', 'PATCH']; }",
    "const OTHERS = ['POST'];",
    "const COMPUTED = ['QUERY', name];",
  ].join('\n');

  expect(literalsWith('QUERY', 'sample.ts', text)).toEqual([
    ['GET', 'QUERY'],
    ['GET', 'QUERY', 'PATCH'],
  ]);
});
