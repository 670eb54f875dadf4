import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

/** Starts a server that answers every push with a status, until the test ends. */
async function startSink(status: number) {
  const requests: { readonly line: string; readonly body: string }[] = [];
  const server = createServer(async (req, res) => {
    requests.push({ line: `${req.method} ${req.url}`, body: await text(req) });
    res.writeHead(status).end('the reason');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function run(url: string, ...folders: readonly string[]) {
  const child = spawn(process.execPath, ['job.mjs', ...folders], {
    cwd: import.meta.dirname,
    env: { ...process.env, PUSHGATEWAY_URL: url },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code, errors };
}

const folder = path.join(import.meta.dirname, '..', '..', '..', '.changeset');

test('the job pushes its counts, its duration and the time of its success', async () => {
  const { url, requests } = await startSink(200);

  const { code, errors } = await run(url, folder);

  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(requests.map(({ line }) => line)).toEqual(['POST /metrics/job/nightly_backup']);
  expect(requests[0]!.body.replaceAll(/\d\S*$/gm, 'N')).toBe(`# HELP backup_files_total Files saved.
# TYPE backup_files_total counter
backup_files_total{folder="${folder}"} N
# HELP nightly_backup_duration_seconds Duration of the last run of the job.
# TYPE nightly_backup_duration_seconds gauge
nightly_backup_duration_seconds N
# HELP nightly_backup_last_success_seconds Unix time of the last successful run of the job, in seconds.
# TYPE nightly_backup_last_success_seconds gauge
nightly_backup_last_success_seconds N
`);
});

test('a failing job pushes the time of its failure and exits with code 1', async () => {
  const { url, requests } = await startSink(200);

  const { code, errors } = await run(url, 'no-such-folder');

  expect(code).toBe(1);
  expect(errors).toContain('ENOENT');
  expect(requests[0]!.body).toMatch(/^nightly_backup_last_failure_seconds \d/m);
  expect(requests[0]!.body).not.toContain('last_success');
});

test('the job does its work and warns if the push fails', async () => {
  const { url, requests } = await startSink(400);

  const { code, errors } = await run(url, folder);

  expect(code).toBe(0);
  expect(errors).toContain(`Push to "${url}/metrics/job/nightly_backup" failed: status 400: the reason`);
  expect(requests).toHaveLength(1);
});
