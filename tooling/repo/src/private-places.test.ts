import { expect, test } from 'vitest';
import { privatePlaces } from './private-places.ts';
import { read, repositoryFiles } from './workspace.ts';

test('no file names a registry or a folder of one machine', () => {
  const found = repositoryFiles().flatMap((file) => privatePlaces(file, read(file)));

  expect(found).toEqual([]);
});

test.each([
  ['https:/', ['registry', 'npmjs', 'org'].join('.'), 'left-pad'].join('/'),
  ['"', 'home', 'somebody"'].join('/'),
  ['file://', 'Users', 'Some.Body', 'x'].join('/'),
  ['', 'work', 'main'].join('/'),
  ['"resolved":', '"https://packages.example/x.tgz"'].join(' '),
  ['resolution: {tarball:', 'https://packages.example/x.tgz}'].join(' '),
])('privatePlaces finds: %s', (line) => {
  const found = privatePlaces('sample', `first\n${line}`);

  expect(found).toEqual([expect.stringMatching(/^sample:2 names /)]);
});

test.each(['https://example.com/home/page', '/users/:id', 'at /root', 'packages/work/x.ts', '{base}/home/x'])(
  'privatePlaces accepts: %s',
  (line) => {
    const found = privatePlaces('sample', line);

    expect(found).toEqual([]);
  },
);
