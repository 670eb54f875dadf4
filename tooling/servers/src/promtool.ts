import { type BinaryOptions, findBinary } from './find-binary.ts';
import type { PrometheusVersion } from './prometheus.ts';
import { runToEnd } from './run-to-end.ts';

/** Result of promtool. */
export interface PromtoolResult {
  /** Exit code: 0 without complaint, 3 for lint, 1 for text that cannot be parsed. */
  readonly exitCode: number;
  /** Output of promtool; empty without complaint. */
  readonly output: string;
}

const binaries: Readonly<Record<PrometheusVersion, BinaryOptions>> = {
  '2.42': {
    title: 'promtool 2.42',
    variable: 'PROMTOOL_2_BIN',
    suite: 'stable',
    packages: ['prometheus'],
    file: 'usr/bin/promtool',
  },
  '3': {
    title: 'promtool 3',
    variable: 'PROMTOOL_BIN',
    suite: 'unstable',
    packages: ['prometheus', 'promtool'],
    file: 'usr/bin/promtool',
  },
};

/** Runs `promtool check metrics` of one version on a page in the Prometheus text format. */
export async function promtoolCheckMetrics(
  text: string | Uint8Array,
  version: PrometheusVersion,
): Promise<PromtoolResult> {
  const { path } = await findBinary(binaries[version]);
  const { exitCode, stdout, stderr } = await runToEnd(path, ['check', 'metrics'], { input: text });
  return { exitCode, output: stdout + stderr };
}
