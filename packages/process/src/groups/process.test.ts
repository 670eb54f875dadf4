import { expect, test } from 'vitest';
import { collecting } from '../../test/collecting.ts';
import { recordedTree } from '../../test/recorded-tree.ts';
import { valuesOf } from '../../test/values-of.ts';

const status = `Name:	Threads: 9
State:	S (sleeping)
Pid:	4711
VmPeak:	 1100000 kB
VmSize:	 1048576 kB
VmRSS:	   65536 kB
RssAnon:	   40000 kB
VmData:	  131072 kB
VmStk:	     132 kB
Threads:	11
SigQ:	0/96365
`;
const limits = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            1024                 524288               files     
Max address space         8589934592           unlimited            bytes     
`;
const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 99999999     100    0    0    0     0          0         0 99999999     100    0    0    0     0       0          0
  eth0: 5000000000    4000    0    0    0     0          0         0  70000    300    0    0    0     0       0          0
eth0:1:    2000      20    0    0    0     0          0         0     500      5    0    0    0     0       0          0
`;

async function valuesFrom(files: Record<string, string>): Promise<Record<string, number>> {
  const registry = collecting({ include: ['process', 'network'], procDirectory: recordedTree(files) });
  const values = await valuesOf(registry);
  // These values do not come from files; a test with live values covers them.
  for (const name of [
    'cpu_seconds_total',
    'cpu_user_seconds_total',
    'cpu_system_seconds_total',
    'start_time_seconds',
  ]) {
    delete values[`process_${name}`];
  }
  return values;
}

test('groups process and network read memory, limits, descriptors, threads and interfaces', async () => {
  const values = await valuesFrom({
    'self/status': status,
    'self/limits': limits,
    'self/net/dev': netDev,
    'self/fd/0': '',
    'self/fd/1': '',
    'self/fd/20': '',
  });

  expect(values).toEqual({
    process_resident_memory_bytes: 65536 * 1024,
    process_virtual_memory_bytes: 1048576 * 1024,
    process_virtual_memory_max_bytes: 8589934592,
    process_heap_bytes: 131072 * 1024,
    process_open_fds: 3,
    process_max_fds: 1024,
    process_threads: 11,
    process_network_receive_bytes_total: 5000002000,
    process_network_transmit_bytes_total: 70500,
  });
});

test('group process omits limits that are not set', async () => {
  const values = await valuesFrom({
    'self/limits': limits.replace('8589934592', 'unlimited ').replace('1024  ', 'unlimited'),
  });

  expect(Object.keys(values)).toEqual(['process_resident_memory_bytes']);
});

test('group process without /proc has only the metrics known to Node', async () => {
  const values = await valuesFrom({});

  expect(Object.keys(values)).toEqual(['process_resident_memory_bytes']);
});

test('groups process and network omit metrics of an empty, truncated or malformed file', async () => {
  const values = await valuesFrom({
    'self/status': 'VmSize:\nVmData:\tmuch kB\nThreads:',
    'self/limits': 'Max open files',
    'self/net/dev': 'eth0: 12 x\nwlan0: 1 2 3\n',
  });

  expect(Object.keys(values)).toEqual(['process_resident_memory_bytes']);
});

test('group network has no metrics if loopback is the only interface', async () => {
  const values = await valuesFrom({ 'self/net/dev': netDev.split('\n').slice(0, 3).join('\n') });

  expect(Object.keys(values).filter((name) => name.includes('network'))).toEqual([]);
});
