import path from 'node:path';
import { debianPackages } from './debian-packages.ts';
import { findExecutable, isExecutable } from './find-executable.ts';
import { parsePrometheusNumber } from './prometheus-number.ts';
import { runToEnd } from './run-to-end.ts';

/** Parsed exemplar. The timestamp is in seconds. */
export interface OpenMetricsExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp?: number;
}

/** Parsed sample. The name includes its suffix; the timestamp is in seconds. */
export interface OpenMetricsSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp?: number;
  readonly exemplar?: OpenMetricsExemplar;
}

/** Parsed family. `help` and `unit` are empty if the text has none. */
export interface OpenMetricsFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly OpenMetricsSample[];
}

/** Result of a strict parser: the families of a text, or the reason to refuse the text. */
export type OpenMetricsResult =
  | { readonly ok: true; readonly families: readonly OpenMetricsFamily[] }
  | { readonly ok: false; readonly error: string };

/** Output of the script. Numbers are strings, absent values are null. */
interface ScriptExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly timestamp: string | null;
}
interface ScriptSample extends ScriptExemplar {
  readonly name: string;
  readonly exemplar: ScriptExemplar | null;
}
interface ScriptFamily extends Omit<OpenMetricsFamily, 'samples'> {
  readonly samples: readonly ScriptSample[];
}
type ScriptAnswer = { readonly families: readonly ScriptFamily[] } | { readonly error: string };

interface Python {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Reads OpenMetrics text with the parser of Prometheus's Python library, which follows the specification strictly, with two
 * exceptions: it accepts a series repeated on the next line, and refuses quoted names. `PYTHON3_BIN` may name a Python with
 * `prometheus_client` installed; otherwise the library comes from Debian.
 */
export async function parseOpenMetricsStrictly(text: string): Promise<OpenMetricsResult> {
  const [result] = await parseAllOpenMetricsStrictly([text]);
  return result!;
}

/** Reads many documents like {@link parseOpenMetricsStrictly}, in one process of Python. */
export async function parseAllOpenMetricsStrictly(
  documents: readonly (string | Uint8Array)[],
): Promise<readonly OpenMetricsResult[]> {
  const { command, env } = await pythonWithClient();
  // The script is in the sources, also if this file runs compiled.
  const script = path.join(import.meta.dirname, '../src/parse-openmetrics.py');
  const input = JSON.stringify(documents.map((document) => Buffer.from(document).toString('base64')));
  const { exitCode, stdout, stderr } = await runToEnd(command, [script], { input, env, timeoutMs: 120_000 });
  if (exitCode !== 0) throw new Error(`The strict OpenMetrics parser failed with exit code ${exitCode}:\n${stderr}`);
  return (JSON.parse(stdout) as readonly ScriptAnswer[]).map(toResult);
}

function toResult(answer: ScriptAnswer): OpenMetricsResult {
  if ('error' in answer) return { ok: false, error: answer.error };
  return {
    ok: true,
    families: answer.families.map((family) => ({ ...family, samples: family.samples.map(toSample) })),
  };
}

/**
 * Returns a command of Python, and its environment, that finds `prometheus_client`: `PYTHON3_BIN`, or Python with the library from Debian.
 * @throws if there is none
 */
export async function pythonWithClient(): Promise<Python> {
  const chosen = process.env.PYTHON3_BIN;
  if (chosen) {
    if (!(await isExecutable(chosen))) throw new Error(`PYTHON3_BIN must name an executable file; got "${chosen}"`);
    return { command: chosen, env: {} };
  }
  try {
    // The packages are built for the distribution's Python, which may not be the first in PATH.
    const system = '/usr/bin/python3';
    const command = (await isExecutable(system)) ? system : await findExecutable('python3');
    if (command === undefined) throw new Error('python3 is missing');
    const root = await debianPackages('stable', ['python3-prometheus-client', 'python3-decorator']);
    const env = { PYTHONPATH: path.join(root, 'usr/lib/python3/dist-packages'), PYTHONDONTWRITEBYTECODE: '1' };
    return { command, env };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'set PYTHON3_BIN=/path/to/python3 that has prometheus_client';
    throw new Error(`Python with prometheus_client is not available here: ${reason}; ${remedy}`, { cause: error });
  }
}

function toSample(sample: ScriptSample): OpenMetricsSample {
  const { name, exemplar } = sample;
  return { name, ...toExemplar(sample), ...(exemplar && { exemplar: toExemplar(exemplar) }) };
}

function toExemplar({ labels, value, timestamp }: ScriptExemplar): OpenMetricsExemplar {
  return {
    labels,
    value: parsePrometheusNumber(value),
    ...(timestamp !== null && { timestamp: parsePrometheusNumber(timestamp) }),
  };
}
