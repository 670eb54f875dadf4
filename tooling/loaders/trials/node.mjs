// Versions of Node, by import and by require.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { toolVersions } from '../../setup/install-tools.mjs';
import { consumer, here, run, tool } from '../consumer.mjs';

const SERVICE = [
  'http_request_duration_seconds_count{method="GET",route="/orders/:id",status_code="200"} 2',
  'orders_total{product="tea"} 2',
];
const matrix = toolVersions(path.join(here, '../node-matrix'));
const versions = {
  '20.19.6': tool('node2019', 'bin/node'),
  [process.version.slice(1)]: process.execPath,
  ...Object.fromEntries(
    Object.entries(matrix).map(([alias, version]) => [version, tool(alias, 'bin/node', 'node-matrix')]),
  ),
};

export function nodeTrials(manifests) {
  const specifiers = manifests
    .flatMap(({ name, exports }) => Object.keys(exports).map((entry) => path.posix.join(name, entry)))
    .filter((specifier) => !/\/(?:package\.json|register)$/.test(specifier))
    .join(' ');
  const every = (node, file) => () => run(node, [file], { env: { SPECIFIERS: specifiers } });
  return [
    ...Object.entries(versions).flatMap(([version, node]) => [
      [`Node ${version}, import and require of every entry point give the same`, every(node, 'every-entry.mjs')],
      [`Node ${version}, require of every entry point`, every(node, 'every-entry.cjs')],
      [`Node ${version}, a service by import`, () => checkService(node, ['service.mjs'])],
      [`Node ${version}, a service by require`, () => checkService(node, ['service.cjs'])],
      [`Node ${version}, two copies of the packages and one page`, () => run(node, ['two-copies.mjs'])],
    ]),
    ['64 open files, a service by import', () => withFewFiles('service.mjs')],
    ['64 open files, a service by require', () => withFewFiles('service.cjs')],
    ['Node 18, a clear error by import', () => refusedByNode18('service.mjs')],
    ['Node 18, a clear error by require', () => refusedByNode18('service.cjs')],
    ['Node 18, excluded by engines', () => excludesNode18(manifests)],
  ];
}

/** Starts the service and compares the samples that it prints. */
export async function checkService(command, args) {
  const samples = (await run(command, args)).trim().split('\n').sort();
  assert.deepEqual(samples, SERVICE);
}

async function withFewFiles(file) {
  await checkService('sh', ['-c', 'ulimit -n 64 && exec "$0" "$@"', process.execPath, file]);
}

async function refusedByNode18(file) {
  const failed = promisify(execFile)(tool('node18', 'bin/node'), [file], { cwd: consumer });
  const { stderr } = await failed.then(
    () => assert.fail('Node 18 ran the program'),
    (error) => error,
  );
  assert.match(stderr, /Promwright needs Node\.js 20\.19 or later.*v18\./);
}

function excludesNode18(manifests) {
  for (const { name, engines } of manifests) assert.equal(engines?.node, '^20.19 || >=22.12', name);
}
