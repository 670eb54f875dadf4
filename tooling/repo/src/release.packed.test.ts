import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pnpm, run } from './run.ts';
import { temporaryCopy } from './temporary-copy.ts';
import { type Manifest, publishedPackages, repositoryFiles, root } from './workspace.ts';

const packages = publishedPackages();
const changeset = path.join(root, 'node_modules/.bin/changeset');

test('a changeset for one package sets its version and changelog, and leaves its dependencies unchanged', async () => {
  const copy = temporaryCopy();
  onTestFinished(copy.remove);
  symlinkSync(path.join(root, 'node_modules'), path.join(copy.folder, 'node_modules'));
  const waiting = repositoryFiles().filter((file) => /^\.changeset\/(?!README).*\.md$/.test(file));
  if (waiting.length > 0) copy.git('rm', '--quiet', ...waiting);
  copy.git('commit', '--quiet', '--allow-empty', '--message', 'no changesets');
  copy.git('checkout', '--quiet', '-b', 'change');
  writeFileSync(path.join(copy.folder, 'packages/metrics/src/change.ts'), 'export const change = 1;\n');
  const text = "---\n'@promwright/metrics': minor\n---\n\nCounters count.\n";
  writeFileSync(path.join(copy.folder, '.changeset/counters-count.md'), text);
  copy.git('add', '--all');
  copy.git('commit', '--quiet', '--message', 'metrics: count');

  await run(changeset, ['status', '--output', 'status.json'], { cwd: copy.folder });
  await run(changeset, ['version'], { cwd: copy.folder });

  const readCopy = (file: string) => readFileSync(path.join(copy.folder, file), 'utf8');
  const { releases } = JSON.parse(readCopy('status.json')) as { releases: { name: string; newVersion: string }[] };
  const versions = packages.map(({ folder, manifest }) => {
    const { version } = JSON.parse(readCopy(`${folder}/package.json`)) as Manifest;
    return [manifest.name, version];
  });
  expect(versions).toEqual(
    packages.map(({ manifest: { name, version } }) => [
      name,
      releases.find((release) => release.name === name)?.newVersion ?? version,
    ]),
  );
  const [major, minor] = packages
    .find(({ name }) => name === 'metrics')!
    .manifest.version.split('.')
    .map(Number);
  expect(Object.fromEntries(versions)).toMatchObject({
    '@promwright/metrics': `${major}.${minor! + 1}.0`,
    '@promwright/model': packages.find(({ name }) => name === 'model')!.manifest.version,
  });
  expect(readCopy('packages/metrics/CHANGELOG.md')).toContain('Counters count.');
  const { dependencies = {} } = JSON.parse(readCopy('packages/metrics/package.json')) as Manifest;
  expect(dependencies['@promwright/model']).toBe('workspace:^');
});

test('every package can be published, each under its name and none of the private ones', async () => {
  const requests: string[] = [];
  // Replaces the registry by a server without packages, so that the test needs no network and can write nowhere.
  const registry = createServer((req, res) => {
    requests.push(`${req.method} ${req.url}`);
    res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void registry.close());
  const address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;

  const output = await pnpm(['-r', 'publish', '--dry-run', '--no-git-checks', '--registry', address], {
    cwd: root,
  });

  const published = [...output.matchAll(/^\+ (\S+)@[^@\s]+$/gm)].map(([, name]) => name);
  expect(published.sort(), output).toEqual(packages.map(({ manifest }) => manifest.name).sort());
  // The requests only look up published versions.
  expect([...new Set(requests.map((request) => decodeURIComponent(request)))].sort()).toEqual(
    packages.map(({ manifest }) => `GET /${manifest.name}`).sort(),
  );
});
