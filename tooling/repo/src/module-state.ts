import ts from 'typescript';

/** Variable or static property of a module whose value can change after the module was evaluated. */
export interface ModuleState {
  /** Path as given. */
  readonly file: string;
  readonly line: number;
  /** Name of the variable, `Class.property` for a static property. */
  readonly name: string;
  readonly reason: string;
}

/** Classes whose objects change nothing that a caller can notice. */
const stateless = new Set(['TextEncoder', 'TextDecoder']);

/** Methods that change an array, a typed array, a map, a set, or an object of a similar class. */
const mutators = new Set(
  (
    'push pop shift unshift splice sort reverse fill copyWithin set add delete clear ' +
    'setInt8 setUint8 setInt16 setUint16 setInt32 setUint32 setFloat32 setFloat64 setBigInt64 setBigUint64 encodeInto'
  ).split(' '),
);

const typedArray = /^(?:(?:Big)?(?:Int|Uint)(?:8|16|32|64)|Uint8Clamped|Float(?:16|32|64))(?:Clamped)?Array$/;

/** Creates a program of TypeScript files. `texts` holds files, by absolute path, that are not on disk. */
export function programOf(files: readonly string[], texts: ReadonlyMap<string, string> = new Map()): ts.Program {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    customConditions: ['@promwright/source'],
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  return ts.createProgram([...files, ...texts.keys()], options, host);
}

/**
 * Finds the state of modules: `let` and `var` outside functions; objects of classes, collections and results of calls made
 * outside functions; literals and typed arrays to which a function in any of the files writes; static properties that are
 * not readonly.
 *
 * Constants are primitive values, functions, frozen objects, literals and typed arrays without a write inside a function,
 * and values of a readonly type (`ReadonlyMap`, `readonly T[]`, `Readonly<T>`, an interface of readonly properties).
 * `processState(...)` of the package `model` is accepted, because the state exists once in the process.
 */
export function moduleState(program: ts.Program, files: readonly string[]): ModuleState[] {
  const checker = program.getTypeChecker();
  const sources = files.map((file) => program.getSourceFile(file)!);
  const written = new Map<ts.Symbol, string>();
  for (const source of sources) collectWrites(source, checker, written);
  return sources.flatMap((source) => stateOf(source, checker, written));
}

function stateOf(
  source: ts.SourceFile,
  checker: ts.TypeChecker,
  written: ReadonlyMap<ts.Symbol, string>,
): ModuleState[] {
  const found: ModuleState[] = [];
  const add = (node: ts.Node, name: string, reason: string | undefined) => {
    if (reason === undefined) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({ file: source.fileName, line: line + 1, name, reason });
  };
  const visit = (node: ts.Node): void => {
    // A variable of a function belongs to one call. A class has state in static properties and blocks only.
    if (ts.isFunctionLike(node)) return;
    if (ts.isClassLike(node)) {
      for (const member of node.members) {
        if (ts.isPropertyDeclaration(member) && isStatic(member)) {
          add(member, `${node.name?.text}.${member.name.getText()}`, propertyReason(member, checker, written));
        } else if (ts.isClassStaticBlockDeclaration(member)) visit(member.body);
      }
      return;
    }
    if (ts.isVariableDeclaration(node)) add(node, node.name.getText(), variableReason(node, checker, written));
    ts.forEachChild(node, visit);
  };
  for (const statement of source.statements) {
    if (!isAmbient(statement)) visit(statement);
  }
  return found;
}

function isStatic(member: ts.PropertyDeclaration): boolean {
  return Boolean(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static);
}

function isAmbient(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && Boolean(statement.modifiers?.some(isDeclare));
}

function isDeclare({ kind }: ts.Node): boolean {
  return kind === ts.SyntaxKind.DeclareKeyword;
}

function variableReason(
  declaration: ts.VariableDeclaration,
  checker: ts.TypeChecker,
  written: ReadonlyMap<ts.Symbol, string>,
): string | undefined {
  // The variable of `for (const x of ...)` has no initializer and lives for one round.
  if (ts.isForOfStatement(declaration.parent.parent) || ts.isForInStatement(declaration.parent.parent))
    return undefined;
  if (!(declaration.parent.flags & ts.NodeFlags.Const)) return 'can be assigned again';
  return valueReason(declaration.name, declaration.initializer, checker, written);
}

function propertyReason(
  member: ts.PropertyDeclaration,
  checker: ts.TypeChecker,
  written: ReadonlyMap<ts.Symbol, string>,
): string | undefined {
  if (!(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Readonly)) return 'can be assigned again';
  return valueReason(member.name, member.initializer, checker, written);
}

function valueReason(
  name: ts.Node,
  initializer: ts.Expression | undefined,
  checker: ts.TypeChecker,
  written: ReadonlyMap<ts.Symbol, string>,
): string | undefined {
  if (initializer !== undefined && isProcessState(initializer)) return undefined;
  const symbol = checker.getSymbolAtLocation(name);
  const write = symbol && written.get(symbol);
  if (write !== undefined) return `is written to in ${write}`;
  return initializer && initializerReason(initializer, checker);
}

/** Judges the expression that makes a value, without regard to later writes. */
function initializerReason(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  if (isProcessState(node)) return undefined;
  const recurse = (child: ts.Expression) => initializerReason(child, checker);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)) {
    return recurse(node.expression);
  }
  if (ts.isParenthesizedExpression(node) || ts.isSpreadElement(node)) return recurse(node.expression);
  if (ts.isConditionalExpression(node)) return recurse(node.whenTrue) ?? recurse(node.whenFalse);
  if (ts.isBinaryExpression(node)) return recurse(node.left) ?? recurse(node.right);
  if (ts.isArrayLiteralExpression(node)) return firstReason(node.elements, recurse);
  if (ts.isObjectLiteralExpression(node)) {
    const values = node.properties.flatMap((property) => {
      if (ts.isPropertyAssignment(property)) return [property.initializer];
      return ts.isSpreadAssignment(property) ? [property.expression] : [];
    });
    return firstReason(values, recurse);
  }
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return recurse(node.expression);
  if (ts.isAwaitExpression(node)) return recurse(node.expression);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return callReason(node, checker, recurse);
  return undefined;
}

function firstReason(
  nodes: readonly ts.Expression[],
  recurse: (node: ts.Expression) => string | undefined,
): string | undefined {
  return nodes.map(recurse).find((reason) => reason !== undefined);
}

function callReason(
  node: ts.CallExpression | ts.NewExpression,
  checker: ts.TypeChecker,
  recurse: (node: ts.Expression) => string | undefined,
): string | undefined {
  const callee = node.expression.getText();
  if (ts.isCallExpression(node)) {
    if (callee === 'Object.freeze') return recurse(node.arguments[0]!);
    if (ts.isFunctionLike(skipParentheses(node.expression))) return 'is made by a function that is called at once';
  }
  // Writes to typed arrays are found where they happen.
  if (stateless.has(callee) || typedArray.test(callee.split('.')[0]!)) return undefined;
  const expected = checker.getContextualType(node);
  if (expected && isConstantType(expected, checker)) return undefined;
  const type = checker.getTypeAtLocation(node);
  if (isConstantType(type, checker)) return undefined;
  return `is ${ts.isNewExpression(node) ? 'made' : 'returned'} by ${ts.isNewExpression(node) ? 'new ' : ''}${callee}(...)`;
}

function skipParentheses(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? skipParentheses(node.expression) : node;
}

/** True for types whose values no caller can change: primitives, functions and readonly collections and objects. */
function isConstantType(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.every((part) => isConstantType(part, checker));
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Intersection))) {
    return true;
  }
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return false;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return true;
  if (type.isClass()) return false;
  if (checker.isTupleType(type)) return (type as ts.TupleTypeReference).target.readonly;
  if (checker.isArrayType(type)) return type.symbol.name === 'ReadonlyArray';
  if (/^Readonly(?:Map|Set)$/.test(type.symbol?.name ?? '')) return true;
  if (type.aliasSymbol?.name === 'Readonly') return true;
  const properties = type.getProperties();
  const [index] = checker.getIndexInfosOfType(type);
  if (index !== undefined) return index.isReadonly;
  return properties.length > 0 && properties.every(isReadonlyProperty);
}

function isReadonlyProperty(property: ts.Symbol): boolean {
  return (property.declarations ?? []).every((declaration) =>
    Boolean(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly),
  );
}

/** True for `processState(...)`, whatever is taken out of its result. */
function isProcessState(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return isProcessState(node.expression);
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'processState';
}

/** Notes the variables and classes to which functions of a file write, each with the place of one write. */
function collectWrites(source: ts.SourceFile, checker: ts.TypeChecker, written: Map<ts.Symbol, string>): void {
  const visit = (node: ts.Node, inFunction: boolean): void => {
    for (const target of inFunction ? writtenBy(node) : []) {
      const symbol = writtenSymbol(target, checker);
      if (symbol === undefined || (isSearch(node) && !hasPosition(symbol))) continue;
      written.set(symbol, `line ${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    }
    const inside = inFunction || ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(source, false);
}

/** Returns the symbol of `a` for `a`, `a.b`, `a[0].c` and `(a as T)!.d`, and of the static property for `Class.a`. */
function writtenSymbol(target: ts.Expression, checker: ts.TypeChecker): ts.Symbol | undefined {
  if (
    ts.isPropertyAccessExpression(target) ||
    ts.isElementAccessExpression(target) ||
    ts.isNonNullExpression(target) ||
    ts.isAsExpression(target) ||
    ts.isParenthesizedExpression(target)
  ) {
    const member = ts.isPropertyAccessExpression(target) ? checker.getSymbolAtLocation(target.name) : undefined;
    const { valueDeclaration } = member ?? {};
    const isStaticMember = valueDeclaration && ts.isPropertyDeclaration(valueDeclaration) && isStatic(valueDeclaration);
    return isStaticMember ? member : writtenSymbol(target.expression, checker);
  }
  if (!ts.isIdentifier(target)) return undefined;
  const symbol = checker.getSymbolAtLocation(target);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Returns the expressions whose value a node changes. */
function writtenBy(node: ts.Node): ts.Expression[] {
  if (ts.isBinaryExpression(node)) return isAssignment(node.operatorToken.kind) ? [node.left] : [];
  if (ts.isDeleteExpression(node)) return [node.expression];
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken ? [node.operand] : [];
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression: owner, name } = node.expression;
  if (/^(?:Object|Reflect)$/.test(owner.getText())) {
    const writes = /^(?:assign|set|definePropert(?:y|ies)|deleteProperty|setPrototypeOf)$/.test(name.text);
    return writes ? node.arguments.slice(0, 1) : [];
  }
  return mutators.has(name.text) || isSearch(node) ? [owner] : [];
}

/** True for `pattern.exec(text)` and `pattern.test(text)`, which move the position of a pattern with the flag g or y. */
function isSearch(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    /^(?:exec|test)$/.test(node.expression.name.text)
  );
}

function hasPosition({ valueDeclaration: declaration }: ts.Symbol): boolean {
  const pattern = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return pattern !== undefined && ts.isRegularExpressionLiteral(pattern) && /[gy][a-z]*$/.test(pattern.text);
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
