import { allowedEdges, withoutThirdParty } from './allowed-edges.ts';
import { packageOf } from './imports.ts';
import type { Manifest } from './workspace.ts';

const scope = '@promwright/';

/** Import in the code of a package, with its place for complaints. */
export interface PlacedImport {
  readonly place: string;
  readonly specifier: string | undefined;
}

/** Facts about a package to judge its dependencies. */
export interface DependencyFacts {
  readonly name: string;
  readonly manifest: Manifest;
  /** Imports of shipped code. */
  readonly shipped: readonly PlacedImport[];
  /** Imports of tests and benchmarks. */
  readonly tests: readonly PlacedImport[];
  /** Dependencies of the workspace root, available to every test. */
  readonly rootDevDependencies: readonly string[];
}

/** Returns the differences between a package's imports, its manifest and the table of allowed edges. */
export function dependencyProblems(facts: DependencyFacts): string[] {
  return [...undeclared(facts), ...unused(facts), ...forbidden(facts)];
}

function undeclared({ name, manifest, shipped, tests, rootDevDependencies }: DependencyFacts): string[] {
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  const forShipped = { ...dependencies, ...peerDependencies };
  const forTests: Record<string, string> = { ...devDependencies, ...forShipped };
  const problems: string[] = [];
  for (const { place, specifier } of [...shipped, ...tests]) {
    if (specifier === undefined) problems.push(`${place} computes what it imports; name it`);
  }
  for (const [place, target] of targets(shipped)) {
    if (target === scope + name) problems.push(`${place} imports its own package; import the file beside`);
    else if (target.startsWith(scope) && dependencies[target] === undefined) {
      problems.push(`${place} imports ${target}, which "dependencies" does not name`);
    } else if (forShipped[target] === undefined) {
      problems.push(`${place} imports ${target}, which neither "dependencies" nor "peerDependencies" names`);
    }
  }
  for (const [place, target] of targets(tests)) {
    if (target === scope + name || rootDevDependencies.includes(target) || forTests[target] !== undefined) continue;
    problems.push(`${place} imports ${target}, which package.json does not name`);
  }
  return problems;
}

function unused({ name, manifest, shipped, tests }: DependencyFacts): string[] {
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  const byShipped = withTypes(targets(shipped).map(([, target]) => target));
  const byTests = withTypes(targets(tests).map(([, target]) => target));
  return [
    ...Object.keys({ ...dependencies, ...peerDependencies })
      .filter((target) => !byShipped.has(target))
      .map((target) => `packages/${name} declares ${target} but no shipped file imports it`),
    ...Object.keys(devDependencies)
      // A peer must also be a development dependency, because builds and tests of the package need it.
      .filter((target) => !byTests.has(target) && peerDependencies[target] === undefined)
      .map((target) => `packages/${name} declares ${target} for development but no test imports it`),
  ];
}

function forbidden({ name, manifest, shipped }: DependencyFacts): string[] {
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  const allowed = allowedEdges[name];
  if (allowed === undefined) return [`packages/${name} is not in the table of allowed edges; add its row`];
  const declared = Object.keys(dependencies).map((target): [string, string] => [`packages/${name}`, target]);
  const ours = [...targets(shipped), ...declared].filter(([, target]) => target.startsWith(scope));
  return [
    ...ours
      .filter(([, target]) => target !== scope + name && !allowed.includes(target.slice(scope.length)))
      .map(([place, target]) => `${place} uses ${target}, an edge that the table does not allow`),
    ...Object.entries({ ...dependencies, ...devDependencies })
      .filter(([target, range]) => target.startsWith(scope) && range !== 'workspace:^')
      .map(([target, range]) => `packages/${name} asks for ${target} as "${range}"; write "workspace:^"`),
    ...Object.keys(peerDependencies)
      .filter((target) => target.startsWith(scope))
      .map((target) => `packages/${name} has ${target} as a peer; peers are for frameworks`),
    ...Object.keys({ ...dependencies, ...peerDependencies })
      .filter((target) => withoutThirdParty.includes(name) && !target.startsWith(scope))
      .map((target) => `packages/${name} depends on ${target}; it may need nothing from outside this repository`),
  ];
}

function targets(imports: readonly PlacedImport[]): [place: string, target: string][] {
  return imports.flatMap(({ place, specifier }): [string, string][] => {
    const target = specifier === undefined ? undefined : packageOf(specifier);
    return target === undefined || target === 'node:' ? [] : [[place, target]];
  });
}

/** Adds the packages of types: an import of `express` also uses `@types/express`. */
function withTypes(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => [name, `@types/${name.replace(/^@(.*)\//, '$1__')}`]));
}
