import { ReportOnce, readGathererOption } from '@promwright/exporter';
import {
  checkBoolean,
  checkInteger,
  checkOptionNames,
  defaultGatherer,
  type Gatherer,
  MAX_TIMER_MS,
  optionTypeError,
  PromwrightError,
  processState,
} from '@promwright/model';
import { MembersGatherer } from './members-gatherer.ts';
import { Membership } from './membership.ts';
import { checkMemberLabel } from './merge/check-member-label.ts';
import { directoryOf } from './spool/directory.ts';
import { warn } from './warn.ts';

/** Options of {@link joinProcesses}. */
export interface JoinOptions {
  /** Registry of this process, or several as one. Default: the default registry. */
  readonly registry?: Gatherer | readonly Gatherer[];
  /**
   * Name of the service: processes of one user and one name share their metrics. Letters, digits, `_`, `-` and `.`. Default: the
   * script that the process runs.
   */
  readonly name?: string;
  /**
   * Directory of the processes' files, created if missing, closed to other users. On one machine, and in one container. Default: a
   * directory for the user and the `name`, in memory where the system has one.
   */
  readonly directory?: string;
  /** Time between two publications of changed numbers, in milliseconds from 10. Default 250. A process that is killed loses so much. */
  readonly publishIntervalMs?: number;
  /**
   * Time between two runs of `collect` callbacks and custom collectors for the other processes, in milliseconds from 100. Default
   * 5000. A scrape of this process runs them too.
   */
  readonly collectIntervalMs?: number;
  /** Name of the label that tells processes apart where a metric is shown for each. Default `pid`. */
  readonly memberLabel?: string;
  /** True to show every series of every process with the `memberLabel`, instead of merging. Default false. */
  readonly perMember?: boolean;
  /** Receives the first of consecutive errors of the file system. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void;
}

/** Metrics of all processes that have joined. */
export interface JoinedProcesses extends Gatherer {
  /** Returns the ids of the processes that live. The process number, if no other process had the same. */
  members(): readonly string[];
  /**
   * Publishes a last time and leaves: the counts of this process stay in the sums, its gauges do not. The process cannot join the
   * directory again, because its counts would be added twice.
   */
  leave(): Promise<void>;
}

const OPTION_NAMES: readonly string[] = Object.keys({
  registry: true,
  name: true,
  directory: true,
  publishIntervalMs: true,
  collectIntervalMs: true,
  memberLabel: true,
  perMember: true,
  onError: true,
} satisfies Record<keyof JoinOptions, true>);
const COUNTERPARTS: Readonly<Record<string, string>> = { gatherer: 'use "registry"', register: 'use "registry"' };

interface Joined {
  readonly options: JoinOptions;
  readonly processes: JoinedProcesses;
  hasLeft: boolean;
}

/** Memberships of this process, by directory. */
const joined = /* @__PURE__ */ processState<Map<string, Joined>>('cluster-joined@1', () => new Map());

/**
 * Joins the processes of one service, and returns the metrics of them all: a scrape of any process shows the sums, and no sum goes
 * back when processes end. For `cluster`, PM2, pools of child processes, and replicas on one machine; no code in a primary is needed, and no process
 * waits for another.
 *
 * Each process publishes its changed numbers into a file, every 250 ms and when it exits; a scrape reads the files. The counts of a
 * process that has ended stay, until no process of the service lives. A process that is killed loses what it counted since the
 * last publication. Metrics merge by their option `merge`.
 *
 * If the files cannot be used from the beginning, such as on Windows, in a worker thread or with a full disk, the error is reported, and
 * scrapes show the metrics of this process.
 *
 * @example
 * app.use(httpMetrics({ scrape: { gatherer: joinProcesses() } }));
 * @throws with code `INVALID_OPTION` for a wrong option, or if the process has joined this directory with other options, or has
 *   left it; called again with the same options, returns the same object
 */
export function joinProcesses(options: JoinOptions = {}): JoinedProcesses {
  const settings = checkJoinOptions(options);
  const { directory } = settings;
  const before = joined.get(directory);
  if (before !== undefined) {
    if (before.hasLeft) throw refusal(directory, 'has left', 'its counts would be added twice');
    if (isSameOptions(before.options, options)) return before.processes;
    throw refusal(directory, 'has joined', 'with other options; use what joinProcesses returned then');
  }
  const membership = new Membership(settings);
  const gatherer = new MembersGatherer(membership, () => membership.others(), settings);
  const entry: Joined = {
    options,
    processes: {
      gather: (gatherOptions) => gatherer.gather(gatherOptions),
      members: () => gatherer.members(),
      leave() {
        entry.hasLeft = true;
        return membership.leave();
      },
    },
    hasLeft: false,
  };
  joined.set(directory, entry);
  membership.join();
  return entry.processes;
}

function refusal(directory: string, state: string, reason: string): PromwrightError {
  return new PromwrightError('INVALID_OPTION', `This process ${state} "${directory}" already; ${reason}`);
}

function isSameOptions(a: JoinOptions, b: JoinOptions): boolean {
  return (OPTION_NAMES as readonly (keyof JoinOptions)[]).every((name) => a[name] === b[name]);
}

function checkJoinOptions(options: JoinOptions) {
  checkOptionNames('joinProcesses', options, OPTION_NAMES, COUNTERPARTS);
  const {
    name,
    directory,
    publishIntervalMs = 250,
    collectIntervalMs = 5000,
    memberLabel = 'pid',
    perMember = false,
    onError = warn,
  } = options;
  if (typeof onError !== 'function') throw optionTypeError('onError', 'a function', onError);
  checkInteger('publishIntervalMs', publishIntervalMs, 10, MAX_TIMER_MS);
  checkInteger('collectIntervalMs', collectIntervalMs, 100, MAX_TIMER_MS);
  checkMemberLabel(memberLabel);
  checkBoolean('perMember', perMember);
  const gatherer = readGathererOption('registry', options.registry);
  const reports = new ReportOnce(onError);
  return {
    directory: directoryOf(name, directory),
    gatherer: () => gatherer ?? defaultGatherer(),
    publishIntervalMs,
    collectIntervalMs,
    memberLabel,
    perMember,
    onError: (error: unknown) => reports.failed(error),
    onSuccess: () => reports.succeeded(),
  };
}
