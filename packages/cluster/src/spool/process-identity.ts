import { readFileSync, readlinkSync } from 'node:fs';

/** Process that a member runs in. A process number alone is used again by later processes. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time of the process since the start of the machine, in ticks of the system; empty where the system does not tell it. */
  readonly startTicks: string;
  /** Namespace of process numbers, which each container has; empty where the system has none. */
  readonly namespace: string;
}

/** Returns the identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTicks: statOf('self')?.startTicks ?? '', namespace: ownNamespace() };
}

function ownNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Returns false if a process of this namespace has certainly ended. */
export function isAlive({ pid, startTicks }: Omit<ProcessIdentity, 'namespace'>): boolean {
  if (startTicks !== '') {
    const stat = statOf(pid);
    if (stat !== undefined) return stat.startTicks === startTicks && !stat.hasEnded;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as { code?: string }).code !== 'ESRCH';
  }
}

interface ProcessStat {
  readonly startTicks: string;
  /** True for a process that has ended and that its parent has not noticed yet. */
  readonly hasEnded: boolean;
}

/** Reads `/proc/PID/stat`; returns `undefined` if there is no such file. */
function statOf(pid: number | 'self'): ProcessStat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The second field is the name of the program in brackets, which may contain spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  return { startTicks: fields[19] ?? '', hasEnded: 'ZXx'.includes(state) };
}
