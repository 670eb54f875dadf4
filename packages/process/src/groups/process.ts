import path from 'node:path';
import { cachedFor, LIMIT_MAX_AGE_MS } from '../cached-for.ts';
import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { OpenFile } from '../open-file.ts';
import { tryCall } from '../platform.ts';
import { FdCount } from '../proc/fd-count.ts';
import { softLimit, statusBytes, statusNumber } from '../proc/parse.ts';
import { readNow } from '../read-file.ts';

/** Starts the standard metrics of a process. */
export function startProcess(context: GroupContext): StartedGroup {
  const user = context.processCounter({
    name: 'process_cpu_user_seconds_total',
    help: 'Total user CPU time spent in seconds.',
  });
  const system = context.processCounter({
    name: 'process_cpu_system_seconds_total',
    help: 'Total system CPU time spent in seconds.',
  });
  const cpu = context.processCounter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
  });
  const startTime = context.processStart({
    name: 'process_start_time_seconds',
    help: 'Start time of the process since unix epoch in seconds.',
  });
  const resident = context.processGauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
  });
  const virtual = context.processGauge({
    name: 'process_virtual_memory_bytes',
    help: 'Virtual memory size in bytes.',
  });
  const virtualMax = context.processGauge({
    name: 'process_virtual_memory_max_bytes',
    help: 'Maximum amount of virtual memory available in bytes.',
  });
  const heap = context.processGauge({ name: 'process_heap_bytes', help: 'Process heap size in bytes.' });
  const openFds = context.processGauge({ name: 'process_open_fds', help: 'Number of open file descriptors.' });
  const maxFds = context.processGauge({ name: 'process_max_fds', help: 'Maximum number of open file descriptors.' });
  const threads = context.processGauge({ name: 'process_threads', help: 'Number of OS threads in the process.' });

  const self = path.join(context.options.procDirectory, 'self');
  const statusFile = new OpenFile(path.join(self, 'status'));
  const limits = cachedFor(LIMIT_MAX_AGE_MS, () => {
    const text = readNow(path.join(self, 'limits')) ?? '';
    return { addressSpace: softLimit(text, 'Max address space'), openFiles: softLimit(text, 'Max open files') };
  });
  const fds = new FdCount(path.join(self, 'fd'));
  // Start of the process, in worker threads too. Read once, so that setting the clock does not move it.
  const startMs = tryCall(() => Date.now() - process.uptime() * 1000);

  const families = [user, system, cpu, startTime, resident, virtual, virtualMax, heap, openFds, maxFds, threads];
  const measured = new MeasuredFamilies(families, {
    prepare: () => fds.prepare(),
    measure() {
      const used = tryCall(() => process.cpuUsage());
      if (used !== undefined) {
        user.add(used.user / 1e6);
        system.add(used.system / 1e6);
        cpu.add((used.user + used.system) / 1e6);
      }
      if (startMs !== undefined) startTime.add(startMs / 1000);

      const status = statusFile.read() ?? '';
      resident.add(statusBytes(status, 'VmRSS') ?? tryCall(() => process.memoryUsage.rss()));
      virtual.add(statusBytes(status, 'VmSize'));
      heap.add(statusBytes(status, 'VmData'));
      threads.add(statusNumber(status, 'Threads'));

      virtualMax.add(limits().addressSpace);
      maxFds.add(limits().openFiles);
      openFds.add(fds.value);
    },
  });
  return { collectors: [measured], stop: () => statusFile.close() };
}
