import { once } from 'node:events';
import {
  chmod,
  chown,
  lchown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Counter, Gauge, Registry } from '@promwright/metrics';
import { familyFromRows } from '@promwright/model';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type WriteTextfileOptions, writeTextfile } from './write-textfile.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'promwright-textfile-'));
  file = path.join(folder, 'backup.prom');
  return () => rm(folder, { recursive: true, force: true });
});

function registryOf(value: number, series = 1): Registry {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'generation', help: 'G.', labelNames: ['key'], labelLimit: Infinity, registry });
  for (let key = 0; key < series; key++) gauge.set({ key }, value);
  return registry;
}

const page = (value: number) => `# HELP generation G.\n# TYPE generation gauge\ngeneration{key="0"} ${value}\n`;

/** Gatherer whose family fails in the middle of writing. */
const breaking = {
  gather: async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => ({ labels: { key: i }, value: i }));
    const family = familyFromRows({ name: 'broken', type: 'gauge', rows });
    // The writer checks the whole family first, so only the second reading of a value can fail.
    let readings = 0;
    const keys = new Proxy(family.dictionaries[0]!, {
      get: (target, key) => {
        if (key === '40000' && ++readings === 2) throw new Error('no more values');
        return Reflect.get(target, key, target);
      },
    });
    return [{ ...family, dictionaries: [keys], rows: () => family.rows() }];
  },
};

test('writeTextfile writes the registry in the text format, and leaves no other file in the folder', async () => {
  await writeTextfile(file, { registry: registryOf(1) });

  expect(await readFile(file, 'utf8')).toBe(page(1));
  expect(await readdir(folder)).toEqual(['backup.prom']);
});

test('writeTextfile writes the default registry by default', async () => {
  const { defaultRegistry } = await import('@promwright/metrics');
  const counter = new Counter({ name: 'of_default_total', help: 'D.' });
  onTestFinished(() => void defaultRegistry.unregister(counter));

  await writeTextfile(file);

  expect(await readFile(file, 'utf8')).toContain('of_default_total 0\n');
});

test('writeTextfile writes several registries as one, and an empty registry as an empty file', async () => {
  const other = new Registry();
  new Gauge({ name: 'other', help: 'O.', registry: other }).set(1);

  await writeTextfile(file, { registry: [registryOf(1), other] });
  await writeTextfile(path.join(folder, 'empty.prom'), { registry: new Registry() });

  expect(await readFile(file, 'utf8')).toBe(`${page(1)}# HELP other O.\n# TYPE other gauge\nother 1\n`);
  expect(await readFile(path.join(folder, 'empty.prom'), 'utf8')).toBe('');
});

test('writeTextfile writes a page that is longer than a chunk', async () => {
  await writeTextfile(file, { registry: registryOf(3, 100_000) });

  const lines = (await readFile(file, 'utf8')).split('\n');
  expect(lines).toHaveLength(100_003);
  expect(lines.at(-2)).toBe('generation{key="99999"} 3');
});

test('writeTextfile warns of metrics that the format cannot express, and writes all others', async () => {
  const warned = once(process, 'warning');
  const rows = [{ value: 1 }];
  const malformed = { ...familyFromRows({ name: 'malformed', type: 'gauge', rows }), values: new Float64Array(0) };

  await writeTextfile(file, { registry: { gather: async () => [malformed, ...(await registryOf(1).gather())] } });

  expect(await readFile(file, 'utf8')).toBe(page(1));
  expect((await warned)[0]).toMatchObject({ name: 'TextfileWarning', code: 'INVALID_FAMILY' });
});

test('writeTextfile resolves a path from the working directory at the time of the call', async () => {
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(folder);

  const written = writeTextfile('backup.prom', { registry: registryOf(1) });
  process.chdir(before);
  await written;

  expect(await readdir(folder)).toEqual(['backup.prom']);
});

describe('permissions of a textfile', () => {
  const modeOf = async (name: string) => ((await stat(name)).mode & 0o7777).toString(8);

  test.each([0o022, 0o077, 0])('of a new file are 0644, also with the umask %o', async (mask) => {
    const before = process.umask(mask);
    onTestFinished(() => void process.umask(before));

    await writeTextfile(file, { registry: registryOf(1) });

    expect(await modeOf(file)).toBe('644');
  });

  test.each([0o600, 0o640, 0o666, 0o444])('stay unchanged when the file is replaced: %o', async (mode) => {
    await writeFile(file, 'old\n');
    await chmod(file, mode);

    await writeTextfile(file, { registry: registryOf(1) });

    expect(await modeOf(file)).toBe(mode.toString(8));
    expect(await readFile(file, 'utf8')).toBe(page(1));
  });

  test('lose the set-user-ID bit', async () => {
    await writeFile(file, 'old\n');
    await chmod(file, 0o4755);

    await writeTextfile(file, { registry: registryOf(1) });

    expect(await modeOf(file)).toBe('755');
  });

  test('stay with the owner, if the process may change owners', async () => {
    const isRoot = process.getuid!() === 0;
    const owner = isRoot ? { uid: 65_534, gid: 65_533 } : { uid: process.getuid!(), gid: process.getgid!() };
    await writeFile(file, 'old\n');
    await chown(file, owner.uid, owner.gid);
    await chmod(file, 0o640);

    await writeTextfile(file, { registry: registryOf(1) });

    expect(await stat(file)).toMatchObject(owner);
    expect(await modeOf(file)).toBe('640');
  });

  test('of the folder decide; the file is written even if its owner cannot be kept', async () => {
    await writeFile(file, 'old\n');
    await chmod(file, 0o640);
    await asNobody(async () => {
      await expect(writeTextfile(file, { registry: registryOf(1) })).rejects.toMatchObject({
        code: 'WRITE_FAILED',
        cause: { code: 'EACCES' },
      });
    });
    expect(await readFile(file, 'utf8')).toBe('old\n');

    await chmod(folder, 0o777);
    await asNobody(() => writeTextfile(file, { registry: registryOf(1) }));

    expect(await readFile(file, 'utf8')).toBe(page(1));
    expect(await modeOf(file)).toBe('640');
    expect(await readdir(folder)).toEqual(['backup.prom']);
  });

  test('of another user do not stay in a folder where all users may create files', async () => {
    // Only root can give a file to another user.
    const isRoot = process.geteuid!() === 0;
    await chmod(folder, 0o1777);
    await writeFile(file, 'old\n');
    if (isRoot) await chown(file, 65_534, 65_534);
    await chmod(file, 0o666);

    await writeTextfile(file, { registry: registryOf(1) });

    expect((await stat(file)).uid).toBe(process.geteuid!());
    expect(await modeOf(file)).toBe(isRoot ? '644' : '666');
  });

  /** Runs without the privileges of root, who may write anywhere. For other users the folder is made read-only. */
  async function asNobody(task: () => Promise<void>): Promise<void> {
    if (process.geteuid!() !== 0) {
      if (((await stat(folder)).mode & 0o002) === 0) await chmod(folder, 0o555);
      return task();
    }
    if (((await stat(folder)).mode & 0o002) === 0) await chmod(folder, 0o755);
    process.seteuid!(65_534);
    try {
      await task();
    } finally {
      process.seteuid!(0);
    }
  }
});

describe('a symbolic link to a textfile', () => {
  test.each(['elsewhere/real', 'elsewhere', 'nowhere'])(
    'to %s is replaced, and its target stays unchanged',
    async (to) => {
      const elsewhere = path.join(folder, 'elsewhere');
      await mkdir(elsewhere);
      await writeFile(path.join(elsewhere, 'real'), 'old\n', { mode: 0o600 });
      await symlink(to, file);

      await writeTextfile(file, { registry: registryOf(1) });

      expect((await lstat(file)).isFile()).toBe(true);
      expect((await lstat(file)).mode & 0o777).toBe(0o644);
      expect(await readFile(file, 'utf8')).toBe(page(1));
      expect(await readFile(path.join(elsewhere, 'real'), 'utf8')).toBe('old\n');
      expect([await readdir(folder), await readdir(elsewhere)]).toEqual([['backup.prom', 'elsewhere'], ['real']]);
    },
  );

  test('of another user in a sticky folder is replaced', async () => {
    const victim = path.join(folder, 'victim');
    await writeFile(victim, 'secret\n', { mode: 0o600 });
    const shared = path.join(folder, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    const link = path.join(shared, 'backup.prom');
    await symlink(victim, link);
    if (process.geteuid!() === 0) await lchown(link, 65_534, 65_534);

    await writeTextfile(link, { registry: registryOf(1) });

    expect(await readFile(victim, 'utf8')).toBe('secret\n');
    expect(await readFile(link, 'utf8')).toBe(page(1));
  });

  test('as a second name of the file (hard link) leaves the other name unchanged', async () => {
    const victim = path.join(folder, 'victim');
    await writeFile(victim, 'secret\n', { mode: 0o600 });
    await link(victim, file);

    await writeTextfile(file, { registry: registryOf(1) });

    expect(await readFile(victim, 'utf8')).toBe('secret\n');
    expect(await readFile(file, 'utf8')).toBe(page(1));
  });

  test('to a folder in the path is followed', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    await mkdir(elsewhere);
    await symlink('elsewhere', path.join(folder, 'link'));

    await writeTextfile(path.join(folder, 'link', 'a.prom'), { registry: registryOf(1) });

    expect(await readdir(elsewhere)).toEqual(['a.prom']);
  });
});

describe('writeTextfile leaves the old file unchanged and no other file after the failure:', () => {
  test('a page that fails in the middle', async () => {
    await writeFile(file, 'old\n');

    await expect(writeTextfile(file, { registry: breaking })).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: `Textfile "${file}" cannot be written: no more values`,
      cause: { message: 'no more values' },
    });

    expect(await readFile(file, 'utf8')).toBe('old\n');
    expect(await readdir(folder)).toEqual(['backup.prom']);
  });

  test('a collector that fails, with strict', async () => {
    await writeFile(file, 'old\n');
    const registry = registryOf(1);
    registry.register({ collect: () => Promise.reject(new Error('no')) });

    await expect(writeTextfile(file, { registry, strict: true })).rejects.toMatchObject({ code: 'COLLECTOR_FAILED' });
    expect(await readFile(file, 'utf8')).toBe('old\n');
    await writeTextfile(file, { registry });

    expect(await readFile(file, 'utf8')).toContain(page(1));
  });

  test('a timestamp, which node_exporter would refuse', async () => {
    await writeFile(file, 'old\n');
    const gather = async () => [
      familyFromRows({ name: 'timed', type: 'gauge', rows: [{ value: 1, timestampMs: 1000 }] }),
    ];

    await expect(writeTextfile(file, { registry: { gather } })).rejects.toMatchObject({
      code: 'INVALID_FAMILY',
      message: 'Metric "timed" has timestamps, which node_exporter refuses in a textfile; remove the timestamps',
    });

    expect(await readFile(file, 'utf8')).toBe('old\n');
  });

  test('a folder with the name of the file', async () => {
    await mkdir(file);

    await expect(writeTextfile(file, { registry: registryOf(1) })).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: `Textfile "${file}" cannot be written: the path is not a regular file`,
    });
    expect(await readdir(folder)).toEqual(['backup.prom']);
  });

  test('a missing folder', async () => {
    const missing = path.join(folder, 'missing', 'a.prom');

    await expect(writeTextfile(missing, { registry: registryOf(1) })).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: expect.stringMatching(/^Textfile ".*\/missing\/a\.prom" cannot be written: ENOENT: /),
      cause: { code: 'ENOENT' },
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a file in place of a folder', async () => {
    await writeFile(path.join(folder, 'a'), '');

    await expect(writeTextfile(path.join(folder, 'a', 'b.prom'), { registry: registryOf(1) })).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      cause: { code: 'ENOTDIR' },
    });
  });
});

test('writeTextfile writes a file with a name of the maximum length', async () => {
  const long = path.join(folder, `${'x'.repeat(250)}.prom`);

  await writeTextfile(long, { registry: registryOf(1) });

  expect(await readFile(long, 'utf8')).toBe(page(1));
});

test.each<[file: unknown, options: unknown, message: string]>([
  [undefined, {}, 'The path of a textfile must be a string; got undefined'],
  ['', {}, 'The path of a textfile must end in ".prom" and contain no null character; got ""'],
  ['a.txt', {}, 'The path of a textfile must end in ".prom" and contain no null character; got "a.txt"'],
  ['a.prom.tmp', {}, 'The path of a textfile must end in ".prom" and contain no null character; got "a.prom.tmp"'],
  ['a.PROM', {}, 'The path of a textfile must end in ".prom" and contain no null character; got "a.PROM"'],
  ['a\0.prom', {}, 'The path of a textfile must end in ".prom" and contain no null character; got "a\\u0000.prom"'],
  ['a.prom', null, 'writeTextfile takes an object of options; got null'],
  ['a.prom', { registry: {} }, 'Option "registry" must have a method "gather"; got an object'],
  ['a.prom', { registry: [] }, 'Option "registry" must hold at least one registry; got an array of 0'],
  ['a.prom', { strict: 1 }, 'Option "strict" must be true or false; got 1'],
])('writeTextfile refuses %j with %j', async (name, options, message) => {
  const written = writeTextfile(name as string, options as WriteTextfileOptions);

  await expect(written).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
});

describe('concurrent writes of a textfile', () => {
  const SERIES = 5000;

  /** Returns true if a page is complete: the same value in every line. */
  function generationIn(text: string): string {
    const values = text.match(/(?<=\} )\d+$/gm) ?? [];
    expect(values).toHaveLength(SERIES);
    expect(new Set(values).size).toBe(1);
    return values[0]!;
  }

  test('show readers a complete page at any time', async () => {
    await writeTextfile(file, { registry: registryOf(0, SERIES) });
    const seen = new Set<string>();
    let isWriting = true;
    const reading = Array.from({ length: 4 }, async () => {
      do seen.add(generationIn(await readFile(file, 'utf8')));
      while (isWriting);
    });

    const writing = (async () => {
      for (let generation = 1; generation <= 30; generation++) {
        await writeTextfile(file, { registry: registryOf(generation, SERIES) });
      }
    })().finally(() => {
      isWriting = false;
    });
    await Promise.all([writing, ...reading]);

    expect(generationIn(await readFile(file, 'utf8'))).toBe('30');
    expect(seen.size).toBeGreaterThan(1);
  });

  test('never mix their pages, and leave no temporary file', async () => {
    const generations = Array.from({ length: 12 }, (_, generation) => generation);

    await Promise.all(generations.map((value) => writeTextfile(file, { registry: registryOf(value, SERIES) })));

    expect(generations.map(String)).toContain(generationIn(await readFile(file, 'utf8')));
    expect(await readdir(folder)).toEqual(['backup.prom']);
  });

  test('show a collector of ".prom" files only the file itself', async () => {
    await writeTextfile(file, { registry: registryOf(0, SERIES) });
    const found = new Set<string>();
    const all = new Set<string>();
    let isWriting = true;
    const looking = (async () => {
      while (isWriting) {
        for (const name of await readdir(folder)) {
          all.add(name);
          if (name.endsWith('.prom')) found.add(name);
        }
      }
    })();

    for (let generation = 0; generation < 20; generation++) {
      await writeTextfile(file, { registry: registryOf(generation, SERIES) });
    }
    isWriting = false;
    await looking;

    expect(found).toEqual(new Set(['backup.prom']));
    // The collector did look while a temporary file existed.
    expect(all.size).toBeGreaterThan(1);
  });
});
