import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const packages = path.resolve(import.meta.dirname, '../../../packages');

/**
 * Runs a program in a folder with two copies of `route` and `instrumentation`, each beside its own copies of the packages. Next.js
 * bundles the parts of an application in the same way.
 */
async function run(program: string): Promise<unknown> {
  const folder = mkdtempSync(path.join(tmpdir(), 'promwright-nextjs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const bundle of ['one', 'two']) {
    mkdirSync(path.join(folder, bundle));
    for (const part of ['package.json', 'instrumentation.js', 'app']) {
      cpSync(path.join(import.meta.dirname, part), path.join(folder, bundle, part), { recursive: true });
    }
    for (const name of ['http', 'metrics', 'exposition', 'exporter', 'model']) {
      for (const part of ['package.json', 'dist']) {
        const target = path.join(folder, bundle, 'node_modules/@promwright', name, part);
        cpSync(path.join(packages, name, part), target, { recursive: true });
      }
    }
  }
  const file = path.join(folder, 'program.mjs');
  writeFileSync(file, `${program}\nconsole.log(JSON.stringify(result));\n`);
  const env = { ...process.env, NEXT_RUNTIME: 'nodejs', npm_package_version: '1.2.3' };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
  return JSON.parse(stdout);
}

test('one scrape shows the metrics of all parts of an application, although each part has its own copies of modules', async () => {
  const result = await run(`
    const { register } = await import('./one/instrumentation.js');
    const users = await import('./one/app/api/users/[id]/route.js');
    const otherUsers = await import('./two/app/api/users/[id]/route.js');
    const metrics = await import('./two/app/metrics/route.js');
    await register();
    const context = { params: Promise.resolve({ id: '7' }) };
    const answer = await users.GET(new Request('http://localhost/api/users/7'), context);
    await otherUsers.GET(new Request('http://localhost/api/users/8'), context);
    const scrape = await metrics.GET(new Request('http://localhost/metrics'));
    const result = [users.GET === otherUsers.GET, await answer.json(), metrics.dynamic, await scrape.text()];
  `);

  const [same, body, dynamic, text] = result as [boolean, object, string, string];
  expect([same, body, dynamic]).toEqual([false, { id: '7' }, 'force-dynamic']);
  expect(text.match(/^\w+(?:_count|_info|_flight).*$/gm)).toEqual(
    expect.arrayContaining([
      'app_info{version="1.2.3"} 1',
      'http_request_duration_seconds_count{method="GET",route="/api/users/[id]",status_code="200"} 2',
      'http_requests_in_flight{method="GET"} 0',
    ]),
  );
});

test('a module that is evaluated again after a change continues its counters', async () => {
  const result = await run(`
    const { register } = await import('./one/instrumentation.js');
    for (const time of [1, 2, 3]) {
      const instrumentation = await import('./one/instrumentation.js?' + time);
      await instrumentation.register();
      const { GET } = await import('./one/app/api/users/[id]/route.js?' + time);
      await GET(new Request('http://localhost/api/users/7'), { params: Promise.resolve({ id: '7' }) });
    }
    const { GET } = await import('./one/app/metrics/route.js?again');
    const result = await (await GET(new Request('http://localhost/metrics?name[]=http_request_duration_seconds'))).text();
  `);

  expect(result).toContain('_count{method="GET",route="/api/users/[id]",status_code="200"} 3\n');
});
