import { familyFromRows, type MetricFamily } from '@promwright/model';

/** The run of a job that has just ended. */
export interface JobRun {
  readonly name: string;
  readonly seconds: number;
  readonly hasSucceeded: boolean;
}

/** What is pushed of a run: how long it took, and when it succeeded or failed. */
export function jobFamilies({ name, seconds, hasSucceeded }: JobRun): readonly MetricFamily[] {
  const gauge = (suffix: string, help: string, value: number) =>
    familyFromRows({ name: `${name}_${suffix}_seconds`, type: 'gauge', help, unit: 'seconds', rows: [{ value }] });
  const now = Date.now() / 1000;
  return [
    gauge('duration', 'How long the last run of the job took.', seconds),
    hasSucceeded
      ? gauge('last_success', 'When the job last succeeded, in Unix time.', now)
      : gauge('last_failure', 'When the job last failed, in Unix time.', now),
  ];
}
