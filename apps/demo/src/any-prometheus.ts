import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findExecutable, type PrometheusServer, startPrometheus } from '@tooling/servers';

/**
 * Starts a Prometheus that scrapes an address every second: the program on the PATH, else a program from Debian's packages.
 * Prints the reasons and returns `undefined` if neither starts, because the demo is useful without Prometheus too.
 */
export async function startAnyPrometheus(address: string, signal: AbortSignal): Promise<PrometheusServer | undefined> {
  const onPath = await findExecutable('prometheus');
  const isOld = onPath !== undefined && (await majorVersion(onPath)) === 2;
  if (onPath !== undefined) process.env[isOld ? 'PROMETHEUS_2_BIN' : 'PROMETHEUS_BIN'] ??= onPath;
  const reasons: string[] = [];
  for (const version of isOld ? (['2.42', '3'] as const) : (['3', '2.42'] as const)) {
    if (signal.aborted) return undefined;
    try {
      return await startPrometheus({ version, targets: [{ job: 'demo', address }], scrapeIntervalMs: 1000 });
    } catch (error) {
      reasons.push((error as Error).message.split('\n')[0]!);
    }
  }
  console.log(`\nNo Prometheus could be started, so there are no query results:\n  ${reasons.join('\n  ')}`);
  return undefined;
}

async function majorVersion(binary: string): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(binary, ['--version'], { timeout: 10_000 }).catch(
    // The start will fail as well, with the reason.
    () => ({ stdout: '', stderr: '' }),
  );
  return Number(/version (\d+)\./.exec(stdout + stderr)?.[1]);
}
