import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { collecting } from '../../test/collecting.ts';
import { recordedTree } from '../../test/recorded-tree.ts';
import { valuesOf } from '../../test/values-of.ts';

/** Returns the values of the group, without the common prefix. */
async function cgroupValues(files: Record<string, string>): Promise<Record<string, number>> {
  const folder = recordedTree(files);
  const registry = collecting({
    include: ['cgroup'],
    procDirectory: path.join(folder, 'proc'),
    cgroupDirectory: path.join(folder, 'cgroup'),
  });
  const values = Object.entries(await valuesOf(registry));
  return Object.fromEntries(values.map(([name, value]) => [name.replace('process_cgroup_', ''), value]));
}

const MOUNT_2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const pressure = (some: number, full: number) =>
  `some avg10=0.00 avg60=0.10 avg300=0.20 total=${some}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${full}\n`;

const versionTwo = {
  'memory.current': '524288000\n',
  'memory.max': '1073741824\n',
  'memory.stat': 'anon 400000000\nfile 120000000\ninactive_anon 5\ninactive_file 24288000\n',
  'memory.events': 'low 0\nhigh 7\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n',
  'cpu.stat':
    'usage_usec 12500000\nuser_usec 10000000\nsystem_usec 2500000\nnr_periods 1000\nnr_throttled 40\nthrottled_usec 3250000\n',
  'cpu.max': '150000 100000\n',
  'cpu.pressure': pressure(1500000, 500000),
  'memory.pressure': pressure(250000, 125000),
  'io.pressure': pressure(2000000, 1000000),
  'pids.current': '23\n',
  'pids.max': '512\n',
};
const inFolder = (folder: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

const expectedOfTwo = {
  memory_usage_bytes: 524288000,
  memory_working_set_bytes: 500000000,
  memory_resident_bytes: 400000000,
  memory_limit_bytes: 1073741824,
  'memory_events_total{event="low"}': 0,
  'memory_events_total{event="high"}': 7,
  'memory_events_total{event="max"}': 3,
  'memory_events_total{event="oom"}': 2,
  'memory_events_total{event="oom_kill"}': 1,
  cpu_usage_seconds_total: 12.5,
  cpu_limit_cores: 1.5,
  cpu_periods_total: 1000,
  cpu_throttled_periods_total: 40,
  cpu_throttled_seconds_total: 3.25,
  pids: 23,
  pids_limit: 512,
  'pressure_waiting_seconds_total{resource="cpu"}': 1.5,
  'pressure_waiting_seconds_total{resource="memory"}': 0.25,
  'pressure_waiting_seconds_total{resource="io"}': 2,
  'pressure_stalled_seconds_total{resource="cpu"}': 0.5,
  'pressure_stalled_seconds_total{resource="memory"}': 0.125,
  'pressure_stalled_seconds_total{resource="io"}': 1,
};

test('group cgroup reads a container of version 2', async () => {
  const values = await cgroupValues({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': MOUNT_2,
    ...inFolder('cgroup', versionTwo),
  });

  expect(values).toEqual(expectedOfTwo);
});

test('group cgroup finds a service on a host, and the smallest limit of its ancestors', async () => {
  const values = await cgroupValues({
    'proc/self/cgroup': '0::/shop.slice/web.service\n',
    'proc/self/mountinfo': MOUNT_2,
    ...inFolder('cgroup/shop.slice', { 'memory.max': '600000000\n', 'cpu.max': '50000 100000\n', 'pids.max': 'max\n' }),
    ...inFolder('cgroup/shop.slice/web.service', versionTwo),
  });

  expect(values).toEqual({ ...expectedOfTwo, memory_limit_bytes: 600000000, cpu_limit_cores: 0.5 });
});

test('group cgroup reads the container itself if its path is not visible', async () => {
  const values = await cgroupValues({
    'proc/self/cgroup': '0::/../../system.slice/docker-4711.scope\n',
    'proc/self/mountinfo': MOUNT_2,
    ...inFolder('cgroup', versionTwo),
  });

  expect(values).toEqual(expectedOfTwo);
});

test('group cgroup respects the root of a mounted part of the hierarchy', async () => {
  const values = await cgroupValues({
    'proc/self/cgroup': '0::/docker/4711/init.scope\n',
    'proc/self/mountinfo': MOUNT_2.replace(' / ', ' /docker/4711 '),
    ...inFolder('cgroup/init.scope', versionTwo),
  });

  expect(values).toEqual(expectedOfTwo);
});

test('group cgroup omits limits that are not set', async () => {
  const values = await cgroupValues({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': MOUNT_2,
    ...inFolder('cgroup', { ...versionTwo, 'memory.max': 'max\n', 'cpu.max': 'max 100000\n', 'pids.max': 'max\n' }),
  });

  const { memory_limit_bytes, cpu_limit_cores, pids_limit, ...rest } = expectedOfTwo;
  expect(values).toEqual(rest);
});

test('the root of a host, which has pressure and time but no memory, shows what it has', async () => {
  const values = await cgroupValues({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': MOUNT_2,
    'cgroup/cpu.stat': 'usage_usec 500000\nuser_usec 1\nsystem_usec 1\n',
    'cgroup/cpu.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n',
  });

  expect(values).toEqual({ cpu_usage_seconds_total: 0.5, 'pressure_waiting_seconds_total{resource="cpu"}': 1 });
});

const MOUNTS_1 = [
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
  '35 31 0:32 /docker/4711 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
  '39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids',
  '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
  '42 31 0:40 / /mnt/disk rw - ext4 /dev/sda rw',
].join('\n');
const versionOne = {
  'proc/self/cgroup': '5:pids:/jobs\n4:memory:/docker/4711\n3:cpu,cpuacct:/\n0::/\n',
  'proc/self/mountinfo': MOUNTS_1,
  'cgroup/memory/memory.usage_in_bytes': '300000000\n',
  'cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  'cgroup/memory/memory.failcnt': '12\n',
  'cgroup/memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  'cgroup/memory/memory.stat':
    'cache 5\nrss 1\nhierarchical_memory_limit 402653184\ntotal_rss 200000000\ntotal_inactive_file 50000000\n',
  'cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
  'cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
  'cgroup/cpu,cpuacct/cpu.stat': 'nr_periods 50\nnr_throttled 5\nthrottled_time 1500000000\n',
  'cgroup/cpu,cpuacct/cpuacct.usage': '42000000000\n',
  'cgroup/pids/jobs/pids.current': '4\n',
  'cgroup/pids/jobs/pids.max': '100\n',
  'cgroup/unified/io.pressure': pressure(3000000, 1000000),
};
const expectedOfOne = {
  memory_usage_bytes: 300000000,
  memory_working_set_bytes: 250000000,
  memory_resident_bytes: 200000000,
  memory_limit_bytes: 402653184,
  'memory_events_total{event="max"}': 12,
  'memory_events_total{event="oom_kill"}': 2,
  cpu_usage_seconds_total: 42,
  cpu_periods_total: 50,
  cpu_throttled_periods_total: 5,
  cpu_throttled_seconds_total: 1.5,
  pids: 4,
  pids_limit: 100,
  'pressure_waiting_seconds_total{resource="io"}': 3,
  'pressure_stalled_seconds_total{resource="io"}': 1,
};

test('group cgroup reads version 1, with a unified hierarchy beside it', async () => {
  expect(await cgroupValues(versionOne)).toEqual(expectedOfOne);
});

test('group cgroup reads version 1 with a CPU limit and without a memory limit', async () => {
  const values = await cgroupValues({
    ...versionOne,
    'cgroup/memory/memory.stat':
      'hierarchical_memory_limit 9223372036854771712\ntotal_rss 200000000\ntotal_inactive_file 50000000\n',
    'cgroup/cpu,cpuacct/cpu.cfs_quota_us': '250000\n',
  });

  const { memory_limit_bytes, ...rest } = expectedOfOne;
  expect(values).toEqual({ ...rest, cpu_limit_cores: 2.5 });
});

test('group cgroup uses the usual folders of controllers without a mount table', async () => {
  const { 'proc/self/mountinfo': _, ...files } = versionOne;

  const values = await cgroupValues({ ...files, 'cgroup/cpu/cpu.stat': 'nr_periods 9\n' });

  expect(values).toMatchObject({ memory_usage_bytes: 300000000, pids: 4, cpu_periods_total: 9 });
});

test('group cgroup has no metrics without cgroups', async () => {
  expect(await cgroupValues({})).toEqual({});
});

test('group cgroup follows changes of files, and omits metrics of emptied files', async () => {
  const folder = recordedTree({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': MOUNT_2,
    ...inFolder('cgroup', { 'memory.current': '1000\n', 'memory.max': '5000\n', 'pids.current': '1\n' }),
  });
  const registry = collecting({
    include: ['cgroup'],
    procDirectory: path.join(folder, 'proc'),
    cgroupDirectory: path.join(folder, 'cgroup'),
  });
  const before = await valuesOf(registry);
  writeFileSync(path.join(folder, 'cgroup/memory.current'), '2000\n');
  writeFileSync(path.join(folder, 'cgroup/pids.current'), '');

  const after = await valuesOf(registry);

  const limit = { process_cgroup_memory_limit_bytes: 5000 };
  expect(before).toEqual({ ...limit, process_cgroup_memory_usage_bytes: 1000, process_cgroup_pids: 1 });
  expect(after).toEqual({ ...limit, process_cgroup_memory_usage_bytes: 2000 });
});
