/** The soft limit of a row of `/proc/<pid>/limits`; `undefined` where the row is missing, and where there is no limit. */
export function softLimit(limits: string, row: string): number | undefined {
  const line = limits.split('\n').find((candidate) => candidate.startsWith(row));
  const [soft = ''] = line?.slice(row.length).trim().split(/\s+/) ?? [];
  return /^\d+$/.test(soft) ? Number(soft) : undefined;
}
