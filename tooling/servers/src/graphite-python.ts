import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { debianPackages } from './debian-packages.ts';
import { findExecutable, isExecutable } from './find-executable.ts';

/** Version of Graphite. `1.1.7` is the version of Debian 12; `1.1` is the newest available version, at least 1.1.10. */
export type CarbonVersion = '1.1.7' | '1.1';

/** Python that can import carbon, whisper and graphite-web. */
export interface GraphitePython {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** Full version of carbon. */
  readonly version: string;
}

interface Release {
  /** Environment variable that names a Python to use instead. */
  readonly variable: string;
  readonly accepts: RegExp;
  /** Demand of `accepts` in words, for the error. */
  readonly demand: string;
}

const releases: Readonly<Record<CarbonVersion, Release>> = {
  '1.1.7': { variable: 'GRAPHITE_1_1_7_PYTHON3_BIN', accepts: /^1\.1\.7$/, demand: '1.1.7' },
  '1.1': { variable: 'GRAPHITE_PYTHON3_BIN', accepts: /^1\.(?:1\.\d{2}|[2-9])/, demand: '1.1.10 or a later 1.x' },
};

/** Packages of Graphite itself. The dependencies of both versions are the same. */
const programs = ['graphite-carbon', 'graphite-web', 'python3-whisper'];

/** Packages of dependencies that a system with Python 3 may lack. Packages already on the system do no harm. */
const libraries = [
  'python3-twisted',
  'python3-asgiref',
  'python3-attr',
  'python3-automat',
  'python3-bcrypt',
  'python3-cachetools',
  'python3-cairo',
  'python3-cairocffi',
  'python3-cffi',
  'python3-cffi-backend',
  'python3-constantly',
  'python3-django',
  'python3-django-tagging',
  'python3-hamcrest',
  'python3-hyperlink',
  'python3-idna',
  'python3-incremental',
  'python3-pkg-resources',
  'python3-ply',
  'python3-pyasn1',
  'python3-pyasn1-modules',
  'python3-pycparser',
  'python3-pyparsing',
  'python3-service-identity',
  'python3-simplejson',
  'python3-six',
  'python3-sqlparse',
  'python3-typing-extensions',
  'python3-tz',
  'python3-urllib3',
  'python3-xcffib',
  'python3-zope.interface',
  'libcairo2',
  'libfontconfig1',
  'libfreetype6',
  'libpixman-1-0',
  'libpng16-16',
  'libx11-6',
  'libx11-xcb1',
  'libxau6',
  'libxcb-render0',
  'libxcb-shm0',
  'libxcb1',
  'libxdmcp6',
  'libxext6',
  'libxrender1',
];

/** Finds a Python with Graphite: named by the environment variable, else the system's Python with Debian's packages. */
export async function findGraphitePython(version: CarbonVersion): Promise<GraphitePython> {
  const { variable, accepts, demand } = releases[version];
  const python = await findPython(version, variable);
  const found = await carbonVersion(python);
  if (accepts.test(found)) return { ...python, version: found };
  throw new Error(`Carbon must have version ${demand}; got ${found}; set ${variable}=/path/to/python3 that has it`);
}

type Python = Omit<GraphitePython, 'version'>;

async function findPython(version: CarbonVersion, variable: string): Promise<Python> {
  const chosen = process.env[variable];
  if (chosen) {
    if (!(await isExecutable(chosen))) throw new Error(`${variable} must name an executable file; got "${chosen}"`);
    return { command: chosen, env: {} };
  }
  try {
    // The packages are built for the distribution's Python, which may not be the first in PATH.
    const system = '/usr/bin/python3';
    const command = (await isExecutable(system)) ? system : await findExecutable('python3');
    if (command === undefined) throw new Error('python3 is missing');
    const oldest = await debianPackages('stable', [...programs, ...libraries]);
    const roots = version === '1.1' ? [await debianPackages('unstable', programs), oldest] : [oldest];
    return {
      command,
      env: {
        PYTHONPATH: roots.map((root) => path.join(root, 'usr/lib/python3/dist-packages')).join(path.delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
        LD_LIBRARY_PATH: path.join(oldest, 'usr/lib', multiarch()),
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = `set ${variable}=/path/to/python3 that has carbon, whisper and graphite-web`;
    throw new Error(`Graphite ${version} is not available here: ${reason}; ${remedy}`, { cause: error });
  }
}

function multiarch(): string {
  return `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
}

async function carbonVersion({ command, env }: Python): Promise<string> {
  const script = 'import importlib.metadata; print(importlib.metadata.version("carbon"))';
  const { stdout } = await promisify(execFile)(command, ['-c', script], {
    env: { ...process.env, ...env },
    timeout: 10_000,
  }).catch((error: Error) => ({ stdout: `no version (${error.message.split('\n').at(-2) ?? error.message})` }));
  return stdout.trim();
}
