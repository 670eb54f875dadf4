import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const job = path.join(import.meta.dirname, 'job.mjs');

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'promwright-example-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the job writes its metrics and no other file', async () => {
  const [folder, queue] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  await writeFile(path.join(queue, 'message'), '');
  const file = path.join(folder, 'mail.prom');

  await run(process.execPath, [job, file, queue]);

  const text = await readFile(file, 'utf8');
  expect(text.replace(/\d{9}\S*$/m, 'N')).toBe(`# HELP mail_queue_messages Messages waiting.
# TYPE mail_queue_messages gauge
mail_queue_messages{folder="${queue}"} 1
# HELP mail_queue_last_check_seconds Unix time of the last check.
# TYPE mail_queue_last_check_seconds gauge
mail_queue_last_check_seconds N
`);
  expect(await readdir(folder)).toEqual(['mail.prom']);
});

test('a path without .prom fails with an error that names the rule', async () => {
  await expect(run(process.execPath, [job, 'mail.txt'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'The path of a textfile must end in ".prom" and contain no null character; got "mail.txt"',
    ),
  });
});
