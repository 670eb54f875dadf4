import { type ExecFileException, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildOnce } from './build-once.ts';
import { type DebianSuite, debianSources, type SourceFile } from './debian-sources.ts';
import { findExecutable } from './find-executable.ts';

const run = promisify(execFile);
/** Part of every cache key. Change this number with the layout of cached folders. */
const layoutVersion = 1;

/**
 * Unpacks Debian packages into a cache folder and returns the folder, which has the layout of a file system root. Installs
 * nothing, and neither needs nor changes the state of the machine's apt. Does not follow dependencies: name every package to
 * unpack. Concurrent callers, also in other processes, fetch once.
 */
export async function debianPackages(suite: DebianSuite, packages: readonly string[]): Promise<string> {
  const sources = debianSources(await sourceFiles(), suite, await codename());
  // The sources are in the key: after an upgrade of the machine or a change of the mirror the packages are fetched again.
  const key = JSON.stringify([layoutVersion, process.arch, suite, [...packages].sort(), sources]);
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return buildOnce(path.join(cacheFolder(), `${suite}-${packages[0]}-${hash}`), async (scratch) => {
    for (const tool of ['apt-get', 'dpkg-deb']) {
      if ((await findExecutable(tool)) === undefined) throw new Error(`${tool} is missing`);
    }
    if (sources === '') throw new Error('apt has no source of Debian packages with the component "main"');
    return fetchPackages(packages, suite, sources, scratch);
  });
}

function cacheFolder(): string {
  const chosen = process.env.PROMWRIGHT_SERVERS_CACHE;
  if (chosen) return path.resolve(chosen);
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'promwright-servers');
}

async function fetchPackages(
  packages: readonly string[],
  suite: DebianSuite,
  sources: string,
  scratch: string,
): Promise<string> {
  const apt = (...args: readonly string[]) => ['-q', '-c', path.join(scratch, 'apt.conf'), ...args];
  const options = {
    cwd: path.join(scratch, 'debs'),
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 16_000_000,
    timeout: 300_000,
  };
  await Promise.all(
    ['state/lists/partial', 'cache/archives/partial', 'debs'].map((folder) =>
      mkdir(path.join(scratch, folder), { recursive: true }),
    ),
  );
  await writeFile(path.join(scratch, 'debian.sources'), sources);
  await writeFile(path.join(scratch, 'status'), '');
  await writeFile(path.join(scratch, 'apt.conf'), aptConfiguration(scratch));

  // A failing source does not matter if another source has the packages: the download decides.
  const updated = await run('apt-get', apt('update'), options).then(
    ({ stderr }) => stderr,
    (error: ExecFileException) => error.stderr || error.message,
  );
  await run('apt-get', apt('download', ...packages), options).catch((error: ExecFileException) => {
    const output = `${updated}\n${error.stderr || error.message}`.trim();
    throw new Error(`apt-get cannot download ${packages.join(', ')} of suite "${suite}":\n${output}`, { cause: error });
  });
  const debs = (await readdir(options.cwd)).filter((name) => name.endsWith('.deb')).sort();
  for (const deb of debs) await run('dpkg-deb', ['-x', deb, path.join(scratch, 'root')], options);
  return `${debs.join('\n')}\n`;
}

/** Returns a configuration for apt to read after the machine's own, so that proxies, credentials and keys still work. */
function aptConfiguration(scratch: string): string {
  return [
    // Configured commands would act on the machine's own state.
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    `Dir::Etc::SourceList "${scratch}/debian.sources";`,
    'Dir::Etc::SourceParts "/dev/null";',
    // A pin or an installed version would choose another version than the suite's.
    'Dir::Etc::Preferences "/dev/null";',
    'Dir::Etc::PreferencesParts "/dev/null";',
    'APT::Default-Release "";',
    `Dir::State "${scratch}/state";`,
    `Dir::State::status "${scratch}/status";`,
    `Dir::Cache "${scratch}/cache";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    '',
  ].join('\n');
}

async function sourceFiles(): Promise<SourceFile[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = await readdir(folder).catch(() => []);
  const paths = ['/etc/apt/sources.list', ...names.sort().map((name) => path.join(folder, name))];
  return Promise.all(paths.map(async (name) => ({ name, text: await readFile(name, 'utf8').catch(() => '') })));
}

async function codename(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^VERSION_CODENAME="?([^"\n]*)/m.exec(release)?.[1] ?? '';
}
