import { familyFromRows, type MetricFamily } from '@promwright/model';

/** Finished run of a job. */
export interface JobRun {
  readonly name: string;
  readonly seconds: number;
  readonly hasSucceeded: boolean;
}

/** Returns the metrics of a run: its duration, and the time of its success or failure. */
export function jobFamilies({ name, seconds, hasSucceeded }: JobRun): readonly MetricFamily[] {
  const gauge = (suffix: string, help: string, value: number) =>
    familyFromRows({ name: `${name}_${suffix}_seconds`, type: 'gauge', help, unit: 'seconds', rows: [{ value }] });
  const now = Date.now() / 1000;
  return [
    gauge('duration', 'Duration of the last run of the job.', seconds),
    hasSucceeded
      ? gauge('last_success', 'Unix time of the last successful run of the job, in seconds.', now)
      : gauge('last_failure', 'Unix time of the last failed run of the job, in seconds.', now),
  ];
}
