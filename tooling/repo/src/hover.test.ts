import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { read, root } from './workspace.ts';

const file = path.join(root, 'packages/metrics/src/hovered.ts');

/** Returns the documentation that an editor shows at the place marked by `|`. */
function hovered(code: string): string {
  const text = code.replace('|', '');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    customConditions: ['@promwright/source'],
    types: [],
  };
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    realpath: (name) => ts.sys.realpath?.(name) ?? name,
  });
  const info = service.getQuickInfoAtPosition(file, code.indexOf('|'));
  return ts.displayPartsToString(info?.documentation);
}

/** Returns the names of the options of an interface. */
function optionsOf(source: string, name: string): string[] {
  const parsed = ts.createSourceFile(source, read(source), ts.ScriptTarget.Latest, true);
  const declaration = parsed.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  return declaration!.members.map((member) => member.name!.getText());
}

test('hovering an option shows its documentation', () => {
  const metrics = 'packages/metrics/src';
  const values: Record<string, string> = {
    name: "'h'",
    help: "'H.'",
    labelNames: "['a']",
    initialLabels: '[{ a: 1 }]',
  };
  const shown = [
    ...optionsOf(`${metrics}/metric-options.ts`, 'MetricOptions'),
    ...optionsOf(`${metrics}/histogram.ts`, 'HistogramOptions'),
  ].map((option) => {
    const code = `import { Histogram } from './index.ts';\nnew Histogram({ |${option}: ${values[option] ?? 'undefined as never'} });\n`;
    return [option, hovered(code).length > 20];
  });

  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter(([, documented]) => !documented)).toEqual([]);
});

test('hovering a method shows its documentation', () => {
  const code =
    "import { Counter } from './index.ts';\nnew Counter({ name: 'c', help: 'C.', labelNames: ['a'] }).|inc({ a: 1 });\n";

  expect(hovered(code)).toContain('must not be negative');
});
