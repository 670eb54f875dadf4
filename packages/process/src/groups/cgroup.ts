import { cachedFor, LIMIT_MAX_AGE_MS } from '../cached-for.ts';
import { CgroupFiles } from '../cgroup/cgroup-files.ts';
import { findCgroup } from '../cgroup/cgroup-places.ts';
import type { CgroupReading } from '../cgroup/cgroup-reading.ts';
import { MeasuredFamilies } from '../collectors.ts';
import type { FamilyDefinition, GroupContext, StartedGroup } from '../group-context.ts';
import type { ScalarFamily } from '../scalar-family.ts';

/** The container, or whatever else the process's cgroup is. */
export function startCgroup(context: GroupContext): StartedGroup {
  const { procDirectory, cgroupDirectory } = context.options;
  // The process may be moved to another cgroup, or have other limits.
  const find = cachedFor(LIMIT_MAX_AGE_MS, () => new CgroupFiles(findCgroup(procDirectory, cgroupDirectory)));
  let files: CgroupFiles | undefined;
  const shown = [...memoryFamilies(context), ...cpuFamilies(context), ...otherFamilies(context)];
  const measured = new MeasuredFamilies(
    shown.map(({ family }) => family),
    {
      prepare() {
        const found = find();
        if (found !== files) files?.close();
        files = found;
        return files.prepare();
      },
      measure() {
        const reading = files!.read();
        for (const { family, addTo } of shown) addTo(reading, family);
      },
    },
  );
  return { collectors: [measured], stop: () => files?.close() };
}

/** A family, and what it shows of a reading. */
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
        help: "Memory that the process's cgroup is charged for, file cache included, in bytes.",
      },
      ({ usage }) => usage,
    ),
    gauge(
      {
        name: 'process_cgroup_memory_working_set_bytes',
        help: 'That memory without file cache that was not used lately, in bytes.',
      },
      ({ workingSet }) => workingSet,
    ),
    gauge(
      {
        name: 'process_cgroup_memory_resident_bytes',
        help: "Resident memory of all processes of the process's cgroup that no file backs, in bytes.",
      },
      ({ resident }) => resident,
    ),
    gauge(
      {
        name: 'process_cgroup_memory_limit_bytes',
        help: "Most memory that the process's cgroup may be charged for, in bytes.",
      },
      ({ limit }) => limit,
    ),
    {
      family: context.sharedCounter({
        name: 'process_cgroup_memory_events_total',
        help: "How often the memory of the process's cgroup met a boundary, or a process was killed for it.",
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
        help: "CPU time spent by all processes of the process's cgroup in seconds.",
      },
      ({ usageSeconds }) => usageSeconds,
    ),
    {
      family: context.sharedGauge({
        name: 'process_cgroup_cpu_limit_cores',
        help: "CPU time that the process's cgroup may spend in a second, as a number of CPUs.",
      }),
      addTo: ({ cpu }, family) => family.add(cpu.limit),
    },
    counter(
      {
        name: 'process_cgroup_cpu_periods_total',
        help: 'Periods in which the limit of CPU time was watched.',
      },
      ({ periods }) => periods,
    ),
    counter(
      {
        name: 'process_cgroup_cpu_throttled_periods_total',
        help: 'Periods in which the cgroup was held back because it had spent its CPU time.',
      },
      ({ throttledPeriods }) => throttledPeriods,
    ),
    counter(
      {
        name: 'process_cgroup_cpu_throttled_seconds_total',
        help: 'Time for which the cgroup was held back because it had spent its CPU time.',
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
        help: "Most processes and threads that may be in the process's cgroup.",
      }),
      addTo: ({ pids }, family) => family.add(pids.limit),
    },
    pressure(
      {
        name: 'process_cgroup_pressure_waiting_seconds_total',
        help: 'Time in which some task of the cgroup waited for a resource: cpu, memory or io.',
      },
      'waiting',
    ),
    pressure(
      {
        name: 'process_cgroup_pressure_stalled_seconds_total',
        help: 'Time in which all tasks of the cgroup waited for a resource at once.',
      },
      'stalled',
    ),
  ];
}
