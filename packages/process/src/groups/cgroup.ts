import { cachedFor, LIMIT_MAX_AGE_MS } from '../cached-for.ts';
import { CgroupFiles } from '../cgroup/cgroup-files.ts';
import { findCgroup } from '../cgroup/cgroup-places.ts';
import type { CgroupReading } from '../cgroup/cgroup-reading.ts';
import { MeasuredFamilies } from '../collectors.ts';
import type { FamilyDefinition, GroupContext, StartedGroup } from '../group-context.ts';
import type { ScalarFamily } from '../scalar-family.ts';

/** Starts the metrics of the process's cgroup, such as a container. */
export function startCgroup(context: GroupContext): StartedGroup {
  const { procDirectory, cgroupDirectory } = context.options;
  // The process may move to another cgroup, or get other limits.
  const find = cachedFor(LIMIT_MAX_AGE_MS, () => new CgroupFiles(findCgroup(procDirectory, cgroupDirectory)));
  let files: CgroupFiles | undefined;
  const metrics = [...memoryFamilies(context), ...cpuFamilies(context), ...otherFamilies(context)];
  const measured = new MeasuredFamilies(
    metrics.map(({ family }) => family),
    {
      prepare() {
        const found = find();
        if (found !== files) files?.close();
        files = found;
        return files.prepare();
      },
      measure() {
        const reading = files!.read();
        for (const { family, addTo } of metrics) addTo(reading, family);
      },
    },
  );
  return { collectors: [measured], stop: () => files?.close() };
}

/** Family, and the function to add its values from a reading. */
interface CgroupMetric {
  readonly family: ScalarFamily;
  addTo(reading: CgroupReading, family: ScalarFamily): void;
}

function memoryFamilies(context: GroupContext): CgroupMetric[] {
  const gauge = (
    definition: FamilyDefinition,
    select: (memory: CgroupReading['memory']) => number | undefined,
  ): CgroupMetric => ({
    family: context.sharedGauge(definition),
    addTo: ({ memory }, family) => family.add(select(memory)),
  });
  return [
    gauge(
      {
        name: 'process_cgroup_memory_usage_bytes',
        help: "Memory usage of the process's cgroup, including file cache, in bytes.",
      },
      ({ usage }) => usage,
    ),
    gauge(
      {
        name: 'process_cgroup_memory_working_set_bytes',
        help: "Working set of the process's cgroup: memory usage minus inactive file cache, in bytes.",
      },
      ({ workingSet }) => workingSet,
    ),
    gauge(
      {
        name: 'process_cgroup_memory_resident_bytes',
        help: "Anonymous memory (not backed by files) of all processes in the process's cgroup, in bytes.",
      },
      ({ resident }) => resident,
    ),
    gauge(
      {
        name: 'process_cgroup_memory_limit_bytes',
        help: "Memory limit of the process's cgroup, in bytes.",
      },
      ({ limit }) => limit,
    ),
    {
      family: context.sharedCounter({
        name: 'process_cgroup_memory_events_total',
        help: "Memory events of the process's cgroup, by event: low, high, max, oom or oom_kill.",
        labelNames: ['event'],
      }),
      addTo({ memory }, family) {
        for (const [event, count] of memory.events) family.add(count, event);
      },
    },
  ];
}

function cpuFamilies(context: GroupContext): CgroupMetric[] {
  const counter = (
    definition: FamilyDefinition,
    select: (cpu: CgroupReading['cpu']) => number | undefined,
  ): CgroupMetric => ({
    family: context.sharedCounter(definition),
    addTo: ({ cpu }, family) => family.add(select(cpu)),
  });
  return [
    counter(
      {
        name: 'process_cgroup_cpu_usage_seconds_total',
        help: "CPU time spent by all processes of the process's cgroup, in seconds.",
      },
      ({ usageSeconds }) => usageSeconds,
    ),
    {
      family: context.sharedGauge({
        name: 'process_cgroup_cpu_limit_cores',
        help: "CPU limit of the process's cgroup, as a number of CPUs.",
      }),
      addTo: ({ cpu }, family) => family.add(cpu.limit),
    },
    counter(
      {
        name: 'process_cgroup_cpu_periods_total',
        help: "Elapsed enforcement periods of the CPU limit of the process's cgroup.",
      },
      ({ periods }) => periods,
    ),
    counter(
      {
        name: 'process_cgroup_cpu_throttled_periods_total',
        help: "Enforcement periods of the CPU limit in which the process's cgroup was throttled.",
      },
      ({ throttledPeriods }) => throttledPeriods,
    ),
    counter(
      {
        name: 'process_cgroup_cpu_throttled_seconds_total',
        help: "Time for which the process's cgroup was throttled, in seconds.",
      },
      ({ throttledSeconds }) => throttledSeconds,
    ),
  ];
}

function otherFamilies(context: GroupContext): CgroupMetric[] {
  const pressure = (definition: FamilyDefinition, kind: 'waiting' | 'stalled'): CgroupMetric => ({
    family: context.sharedCounter({ ...definition, labelNames: ['resource'] }),
    addTo(reading, family) {
      for (const [resource, times] of reading.pressure) family.add(times[kind], resource);
    },
  });
  return [
    {
      family: context.sharedGauge({
        name: 'process_cgroup_pids',
        help: "Processes and threads in the process's cgroup.",
      }),
      addTo: ({ pids }, family) => family.add(pids.current),
    },
    {
      family: context.sharedGauge({
        name: 'process_cgroup_pids_limit',
        help: "Limit of processes and threads in the process's cgroup.",
      }),
      addTo: ({ pids }, family) => family.add(pids.limit),
    },
    pressure(
      {
        name: 'process_cgroup_pressure_waiting_seconds_total',
        help: "Time in which at least one task of the process's cgroup waited for the resource, in seconds.",
      },
      'waiting',
    ),
    pressure(
      {
        name: 'process_cgroup_pressure_stalled_seconds_total',
        help: "Time in which all tasks of the process's cgroup waited for the resource at once, in seconds.",
      },
      'stalled',
    ),
  ];
}
