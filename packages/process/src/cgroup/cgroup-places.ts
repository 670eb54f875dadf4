import { existsSync } from 'node:fs';
import path from 'node:path';
import { readNow } from '../read-file.ts';

/** Folders of the process's cgroup in one hierarchy. */
export interface CgroupPlace {
  /** Folder of the cgroup itself. */
  readonly folder: string;
  /** The cgroup and its visible ancestors; the effective limit is the smallest of theirs. */
  readonly chain: readonly string[];
}

/** Folders of the process's cgroup in all hierarchies. */
export interface CgroupPlaces {
  /** Folders in the single hierarchy of version 2. */
  readonly unified: CgroupPlace | undefined;
  /** Folders in the hierarchies of version 1, by controller, such as `memory`. */
  readonly byController: ReadonlyMap<string, CgroupPlace>;
}

interface Mount {
  /** Mounted part of the hierarchy. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly controllers: readonly string[];
}

/** Usual mount point of the cgroup file systems in mount tables. */
const USUAL_DIRECTORY = '/sys/fs/cgroup';

/**
 * Finds the process's cgroups. In a container, `/proc/self/cgroup` may contain a path of the host, and the container
 * sees only a part of the hierarchy: the mount table names the part.
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

/** Replaces octal escapes, such as `\040` for a space. */
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
  // A path with ".." leads out of the visible part of a cgroup namespace.
  const inside = isInside && !cgroup.includes('/..') ? cgroup.slice(root.length) : '';
  // Resolved, because a trailing slash would give the same folder a second name.
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
