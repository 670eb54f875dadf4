import ts from 'typescript';

/** Exported name of an entry point. */
export interface ExportedName {
  readonly name: string;
  /** `class`, `function`, `interface`, `type`, `const`; two of these, joined by `+`, for a name of a value and a type. */
  readonly kind: string;
  /** Names without a doc comment: the export itself, and public methods of a class. */
  readonly undocumented: readonly string[];
}

/** Reads the exports of TypeScript files, and follows re-exports. Paths are returned as given. */
export function publicApi(files: readonly string[]): Map<string, ExportedName[]> {
  const program = ts.createProgram([...files], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    customConditions: ['@promwright/source'],
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    // Names and comments need no ambient types. Without them the program is created twice as fast.
    types: [],
  });
  const checker = program.getTypeChecker();
  const api = new Map<string, ExportedName[]>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    const names = module === undefined ? [] : checker.getExportsOfModule(module);
    api.set(
      file,
      names.map((symbol) => describe(symbol, checker)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }
  return api;
}

function describe(exported: ts.Symbol, checker: ts.TypeChecker): ExportedName {
  const { name } = exported;
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const undocumented = hasComment(symbol, checker) ? [] : [name];
  if (symbol.flags & ts.SymbolFlags.Class) {
    for (const member of [
      ...checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)),
      ...checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)),
    ]) {
      if (isOwnPublicMethod(member) && !hasComment(member, checker)) undocumented.push(`${name}.${member.name}`);
    }
  }
  return { name, kind: kindOf(symbol), undocumented };
}

function hasComment(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== '';
}

/** True for a public method that is declared in this repository, not in `Error` or `Map`. */
function isOwnPublicMethod(member: ts.Symbol): boolean {
  return (
    (member.declarations ?? []).length > 0 &&
    member.declarations!.every(
      (declaration) =>
        ts.isMethodDeclaration(declaration) &&
        !declaration.getSourceFile().fileName.includes('/node_modules/') &&
        ts.isIdentifier(declaration.name) &&
        !(ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)),
    )
  );
}

function kindOf({ flags }: ts.Symbol): string {
  const kinds: [flag: ts.SymbolFlags, kind: string][] = [
    [ts.SymbolFlags.Class, 'class'],
    [ts.SymbolFlags.Function, 'function'],
    [ts.SymbolFlags.Variable, 'const'],
    [ts.SymbolFlags.Enum, 'enum'],
    [ts.SymbolFlags.Module, 'namespace'],
    [ts.SymbolFlags.Interface, 'interface'],
    [ts.SymbolFlags.TypeAlias, 'type'],
  ];
  return kinds
    .filter(([flag]) => flags & flag)
    .map(([, kind]) => kind)
    .join('+');
}
