import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const root = import.meta.dirname;
// Workspace packages are tested from their sources: a test needs no build and a stack trace shows the line that was written.
const fromSources = {
  resolve: { conditions: ['@promwright/source'] },
  ssr: { resolve: { conditions: ['@promwright/source', 'node', 'default'] } },
};
const slow = ['**/*.integration.test.ts', '**/*.packed.test.ts', '**/*.conformance.test.ts', '**/*.pages.test.ts'];

function folders(parent: string): string[] {
  if (!existsSync(`${root}/${parent}`)) return [];
  return readdirSync(`${root}/${parent}`)
    .filter((name) => existsSync(`${root}/${parent}/${name}/package.json`))
    .map((name) => `${parent}/${name}`);
}

function setupFilesOf(folder: string): string[] {
  const { devDependencies = {} } = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
  return 'fast-check' in devDependencies ? [`${root}/tooling/properties/src/seed.ts`] : [];
}

/** One project per package, named as its folder, so that a cached task runs only its own tests. */
const unit: TestProjectConfiguration[] = ['packages', 'apps', 'apps/examples', 'tooling'].flatMap((parent) =>
  folders(parent).map((folder) => ({
    ...fromSources,
    test: {
      name: folder,
      root: `${root}/${folder}`,
      include: ['**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**', ...slow],
      setupFiles: setupFilesOf(folder),
      testTimeout: 20_000,
    },
  })),
);

/** Checks against files of other projects, which are not part of this repository: a variable says where they are. */
function foreignFiles(name: string, variable: string, include: string): TestProjectConfiguration[] {
  if (!process.env[variable]) return [];
  const exclude = ['**/node_modules/**', '**/dist/**'];
  return [{ ...fromSources, test: { name, root, include: [include], exclude, testTimeout: 60_000 } }];
}

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      ...unit,
      {
        ...fromSources,
        test: {
          name: 'integration',
          root,
          include: ['{packages,apps,tooling}/**/*.integration.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'packed',
          root,
          include: ['tooling/repo/src/*.packed.test.ts'],
          globalSetup: 'tooling/repo/src/packed-packages.ts',
          // Each of the tests that run at the same time installs packages and starts programs.
          maxConcurrency: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      ...foreignFiles('conformance', 'PROMWRIGHT_CONFORMANCE', 'packages/*/src/*.conformance.test.ts'),
      ...foreignFiles('pages', 'PROMWRIGHT_PAGES', 'packages/*/src/*.pages.test.ts'),
    ],
  },
});
