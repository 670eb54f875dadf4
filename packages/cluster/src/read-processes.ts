import { ReportOnce } from '@promwright/exporter';
import { checkBoolean, checkOptionNames, type Gatherer, optionTypeError, typeError } from '@promwright/model';
import { MembersGatherer } from './members-gatherer.ts';
import { checkMemberLabel } from './merge/check-member-label.ts';
import { directoryOf, prepareDirectory } from './spool/directory.ts';
import { ownIdentity } from './spool/process-identity.ts';
import { Spool } from './spool/spool.ts';
import { warn } from './warn.ts';

/** Options of {@link readProcesses}. The processes' `name` or `directory` is required. */
export interface ReadOptions {
  /** Name of the service, as its processes have it. */
  readonly name?: string;
  /** Directory of the processes' files, created if missing. */
  readonly directory?: string;
  /** Name of the label that tells processes apart where a metric is shown for each. Default `pid`. */
  readonly memberLabel?: string;
  /** True to show every series of every process with the `memberLabel`, instead of merging. Default false. */
  readonly perMember?: boolean;
  /** Receives the first of consecutive errors of the file system. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void;
}

const OPTION_NAMES: readonly string[] = Object.keys({
  name: true,
  directory: true,
  memberLabel: true,
  perMember: true,
  onError: true,
} satisfies Record<keyof ReadOptions, true>);

/**
 * Returns the metrics of the processes of a service that have called `joinProcesses`, for a process that is no member: an exporter that
 * answers while all of them are busy, and after they have ended. Must run as the same user, on the same machine and in the same
 * container.
 *
 * @example
 * await startMetricsServer({ gatherer: readProcesses({ name: 'shop' }), keepAlive: true });
 * @throws with code `INVALID_OPTION` for a wrong option, or without `name` and `directory`; `SPOOL_FAILED` if the directory cannot be
 *   used
 */
export function readProcesses(options: ReadOptions): Gatherer {
  checkOptionNames('readProcesses', options, OPTION_NAMES);
  const { name, directory, memberLabel = 'pid', perMember = false, onError = warn } = options;
  if (name === undefined && directory === undefined) {
    throw typeError('INVALID_OPTION', 'readProcesses needs the "name" or the "directory" of the processes');
  }
  checkMemberLabel(memberLabel);
  checkBoolean('perMember', perMember);
  if (typeof onError !== 'function') throw optionTypeError('onError', 'a function', onError);
  const path = directoryOf(name, directory);
  prepareDirectory(path);
  const spool = new Spool(path, ownIdentity().namespace, memberLabel);
  const reports = new ReportOnce(onError);
  const read = () => {
    let hasFailed = false;
    const state = spool.refresh(undefined, (error) => {
      hasFailed = true;
      reports.failed(error);
    });
    if (!hasFailed) reports.succeeded();
    return state;
  };
  return new MembersGatherer(undefined, read, { memberLabel, perMember });
}
