import { existsSync } from 'node:fs';
import path from 'node:path';
import { readNow } from '../read-file.ts';

/** A folder of the process's cgroup in one hierarchy. */
export interface CgroupPlace {
  /** The folder of the cgroup itself. */
  readonly folder: string;
  /** It and those above it that can be seen from here: what they limit, they limit together. */
  readonly chain: readonly string[];
}

/** Where the files of the process's cgroup are. */
export interface CgroupPlaces {
  /** In the one hierarchy of version 2. */
  readonly unified: CgroupPlace | undefined;
  /** In the hierarchies of version 1, each of one controller such as `memory`. */
  readonly byController: ReadonlyMap<string, CgroupPlace>;
}

interface Mount {
  /** Which part of the hierarchy is mounted. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly controllers: readonly string[];
}

/** Where mount tables say that the cgroup file systems are. */
const USUAL_DIRECTORY = '/sys/fs/cgroup';

/**
 * Finds the process's cgroups. In a container the path that the process is told may be one of the host, of which the
 * container sees only a part: the table of mounts says which.
 */
export function findCgroup(procDirectory: string, cgroupDirectory: string): CgroupPlaces {
  const self = path.join(procDirectory, 'self');
  const mounts = parseMounts(readNow(path.join(self, 'mountinfo')) ?? '', cgroupDirectory);
  const byController = new Map<string, CgroupPlace>();
  let unified: CgroupPlace | undefined;
  for (const line of (readNow(path.join(self, 'cgroup')) ?? '').split('\n')) {
    const [, id, controllers = '', cgroup = '/'] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined) continue;
    if (controllers === '') {
      unified = findPlace(
        mounts.find(({ type }) => type === 'cgroup2'),
        cgroup,
        cgroupDirectory,
      );
      continue;
    }
    for (const controller of controllers.split(',')) {
      const mount = mounts.find((each) => each.type === 'cgroup' && each.controllers.includes(controller));
      const place = findPlace(mount, cgroup, path.join(cgroupDirectory, controller));
      if (place !== undefined) byController.set(controller, place);
    }
  }
  return { unified, byController };
}

function parseMounts(mountinfo: string, cgroupDirectory: string): Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [mounted = '', source = ''] = line.split(' - ');
    const [, , , root = '/', point = ''] = mounted.split(' ').map(unescapeOctal);
    const [type = '', , options = ''] = source.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    return [{ root, point: relocate(point, cgroupDirectory), type, controllers: options.split(',') }];
  });
}

/** Spaces and the like stand as octal numbers. */
function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function relocate(point: string, cgroupDirectory: string): string {
  if (point !== USUAL_DIRECTORY && !point.startsWith(`${USUAL_DIRECTORY}/`)) return point;
  return path.join(cgroupDirectory, point.slice(USUAL_DIRECTORY.length));
}

function findPlace(mount: Mount | undefined, cgroup: string, usualPoint: string): CgroupPlace | undefined {
  const point = mount?.point ?? usualPoint;
  const root = mount === undefined || mount.root === '/' ? '' : mount.root;
  const isInside = cgroup === root || cgroup.startsWith(`${root}/`);
  // A path with ".." leads out of what a cgroup namespace shows.
  const inside = isInside && !cgroup.includes('/..') ? cgroup.slice(root.length) : '';
  // Resolved, because a name that ends in a slash is another name of the same folder.
  const top = path.resolve(point);
  const folder = [path.resolve(point, `.${inside}`), top].find((candidate) => existsSync(candidate));
  return folder === undefined ? undefined : { folder, chain: chainOf(folder, top) };
}

function chainOf(folder: string, top: string): string[] {
  const chain = [folder];
  for (let at = folder; at !== top && at !== path.dirname(at); ) {
    at = path.dirname(at);
    chain.push(at);
  }
  return chain;
}
