import { gatherWithTimeout, keepProcessAlive, ReportOnce } from '@promwright/exporter';
import {
  checkOptionNames,
  describeValue,
  type MetricFamily,
  notify,
  PromwrightError,
  rangeError,
  typeError,
} from '@promwright/model';
import { checkPushable } from './check-pushable.ts';
import { checkTime } from './check-time.ts';
import { GatewayClient } from './gateway-client.ts';
import { jobFamilies } from './job-families.ts';
import { checkJobOptions, type JobOptions } from './job-options.ts';
import { PeriodicCalls } from './periodic-calls.ts';
import { type PushBody, pushBody } from './push-body.ts';
import { PushCounts } from './push-counts.ts';
import {
  type CheckedPushgatewayOptions,
  checkPushgatewayOptions,
  type PushgatewayOptions,
} from './pushgateway-options.ts';
import { SerialQueue } from './serial-queue.ts';
import { checkStartOptions, type StartOptions } from './start-options.ts';

/** Options of every call. */
export interface PushCallOptions {
  /**
   * Signal that aborts the call. The call then rejects at once with the reason of the signal. The server may still have
   * accepted the request.
   */
  readonly signal?: AbortSignal;
}

const CALL_OPTION_NAMES: readonly string[] = Object.keys({ signal: true } satisfies Record<
  keyof PushCallOptions,
  true
>);
/** Advice for the names of prom-client, whose calls name the group. */
const CALL_COUNTERPARTS: Readonly<Record<string, string>> = {
  jobName: 'use the option "job" of Pushgateway',
  groupings: 'use the option "groupingKey" of Pushgateway',
};
const CALLS = { PUT: 'push', POST: 'pushAdd', DELETE: 'delete' } as const;

/** Push to the group, or deletion of the group. */
interface Operation {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly signal?: AbortSignal | undefined;
  /** Families to push in addition to the registry. */
  readonly families?: readonly MetricFamily[];
}

const STOP_TIMEOUT_MS = 5000;
/** Limit of metrics that are reported as omitted. */
const MAX_OMITTED_NAMES = 1000;

/**
 * Pushes metrics to a Prometheus Pushgateway: for batch jobs, which end before Prometheus can scrape them.
 *
 * Calls run one at a time, in order. Each push gathers the metrics once, after all earlier calls have ended. Metrics
 * with a label of the grouping key, or with timestamps, are refused before anything is sent.
 *
 * @example
 * const gateway = new Pushgateway({ url: 'http://pushgateway:9091', job: 'nightly_backup' });
 * await gateway.push();
 */
export class Pushgateway {
  /** URL of the group, without credentials. */
  readonly url: string;
  readonly #options: CheckedPushgatewayOptions;
  readonly #client: GatewayClient;
  readonly #counts: PushCounts;
  readonly #errorReports: ReportOnce;
  readonly #queue = new SerialQueue();
  /** Names of the metrics that were reported as omitted. */
  readonly #omittedNames = new Set<string>();
  /** Controllers of all calls that have not ended. */
  readonly #calls = new Set<AbortController>();
  #periodic: PeriodicCalls | undefined;
  #atExit: (() => void) | undefined;

  /**
   * Copies the options and sends nothing yet.
   * @throws TypeError or RangeError with code `INVALID_OPTION`, or with the code of a wrong label in `groupingKey`
   */
  constructor(options: PushgatewayOptions) {
    const checked = checkPushgatewayOptions(options);
    this.#options = checked;
    this.#counts = PushCounts.forRegisterer(checked.registerer);
    this.#errorReports = new ReportOnce((error) => this.#report(error));
    this.#client = new GatewayClient({
      address: checked.address,
      path: checked.groupingKey.path,
      headers: checked.headers,
      tls: checked.tls,
      timeoutMs: checked.timeoutMs,
      retries: checked.retries,
      onRetry: () => this.#counts.retried(),
    });
    this.url = this.#client.url;
  }

  /**
   * Replaces all metrics of the group (PUT). If the registry has no metrics, the group keeps only metrics of the
   * Pushgateway itself, such as `push_time_seconds`.
   * @throws PushError with code `PUSH_FAILED` if the server did not accept the push; an error with code
   *   `INVALID_LABEL_NAME`, `INVALID_FAMILY` or `CLASHING_NAME` if a metric cannot be pushed, or with code
   *   `COLLECTOR_TIMEOUT` if gathering takes too long; the reason of `signal` if the signal aborts
   */
  push(options: PushCallOptions = {}): Promise<void> {
    return this.#call('PUT', options);
  }

  /**
   * Replaces the metrics of the group that have the same names, and keeps all others (POST).
   * @throws the same errors as {@link push}
   */
  pushAdd(options: PushCallOptions = {}): Promise<void> {
    return this.#call('POST', options);
  }

  /**
   * Deletes the group with all its metrics (DELETE). Resolves when the server has accepted the deletion, a moment before the
   * metrics are gone. A group that does not exist is no error.
   * @throws PushError with code `PUSH_FAILED` if the server did not accept the deletion; the reason of `signal` if the signal
   *   aborts
   */
  delete(options: PushCallOptions = {}): Promise<void> {
    return this.#call('DELETE', options);
  }

  /**
   * Pushes periodically, the first time after one interval, until {@link stop}. Does not keep the process alive, except for a
   * running lookup of the host name, for which Node waits. Failures are counted, and the first of consecutive failures is
   * reported to `onError`.
   * @throws an error with code `INVALID_OPTION` for a wrong option, or if pushing was started already
   */
  start(options: StartOptions = {}): void {
    const { intervalMs, method, pushAtExit, deleteOnStop } = checkStartOptions(options);
    if (this.#periodic !== undefined) {
      throw new PromwrightError('INVALID_OPTION', `Pushing to "${this.url}" was started already; stop it first`);
    }
    const pushing = method === 'push' ? 'PUT' : 'POST';
    this.#periodic = new PeriodicCalls({
      intervalMs,
      call: (signal) => this.#performReporting({ method: pushing, signal }),
      last: (signal) => this.#performReporting({ method: deleteOnStop ? 'DELETE' : pushing, signal }),
    });
    if (!pushAtExit) return;
    this.#atExit = () => void this.stop();
    process.once('beforeExit', this.#atExit);
  }

  /**
   * Stops periodic pushing, then pushes one last time or, with the option `deleteOnStop`, deletes the group. Takes at
   * most `timeoutMs` (default 5000), including a push that is already running, and keeps the process alive until the
   * end. Failures are counted and reported to `onError`, as for all periodic pushes. Does nothing if pushing was not
   * started.
   *
   * @example
   * process.once('SIGTERM', async () => {
   *   await gateway.stop();
   *   process.exit();
   * });
   * @throws RangeError with code `INVALID_OPTION` for a wrong `timeoutMs`
   */
  async stop(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    checkOptionNames('stop', options, ['timeoutMs'], { timeout: 'use "timeoutMs"' });
    const { timeoutMs = STOP_TIMEOUT_MS } = options;
    checkTime('timeoutMs', timeoutMs, 0);
    const periodic = this.#periodic;
    if (periodic === undefined) return;
    this.#forgetExit();
    await keepProcessAlive(() => periodic.stop(timeoutMs));
    if (this.#periodic === periodic) this.#periodic = undefined;
    this.#release();
  }

  /**
   * Ends all work at once: pending calls reject with code `ABORTED`, nothing more is pushed, and the connection is closed. The
   * gateway may be used again afterwards.
   */
  close(): void {
    const reason = new PromwrightError('ABORTED', `Pushing to "${this.url}" was closed`);
    this.#forgetExit();
    this.#periodic?.cancel(reason);
    this.#periodic = undefined;
    for (const call of this.#calls) call.abort(reason);
    this.#client.release();
  }

  /**
   * Runs the work of a batch job. Then pushes the metrics of the registry and of this run: `<name>_duration_seconds`,
   * and `<name>_last_success_seconds` or `<name>_last_failure_seconds` in Unix time. The push keeps all other metrics
   * of the group (POST), so the time of the last success remains after a failure.
   *
   * Returns the result of the work, or throws its error, even if the push fails; a failed push is reported to
   * `onError`. With the option `failOnPushError`, rejects with the error of the push if only the push failed.
   *
   * @example
   * await gateway.runJob({ name: 'nightly_backup' }, async () => {
   *   for (const file of files) await save(file);
   * });
   * @throws the error of the work; with `failOnPushError`, the same errors as {@link push}; before the work, an error with code
   *   `INVALID_NAME` or `INVALID_OPTION`
   */
  async runJob<T>(options: JobOptions, work: () => T | PromiseLike<T>): Promise<T> {
    checkJobOptions(options, work);
    checkSignal(options.signal);
    const { name, signal, failOnPushError = false } = options;
    const begin = performance.now();
    const push = (hasSucceeded: boolean) => {
      const families = jobFamilies({ name, seconds: (performance.now() - begin) / 1000, hasSucceeded });
      return keepProcessAlive(() => this.#perform({ method: 'POST', signal, families }));
    };
    const report = (error: unknown) => {
      if (signal?.aborted !== true) this.#report(error);
    };
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await push(false).catch(report);
      throw error;
    }
    await (failOnPushError ? push(true) : push(true).catch(report));
    return result;
  }

  async #call(method: Operation['method'], options: PushCallOptions): Promise<void> {
    checkOptionNames(CALLS[method], options, CALL_OPTION_NAMES, CALL_COUNTERPARTS);
    const { signal } = options;
    checkSignal(signal);
    await keepProcessAlive(() => this.#perform({ method, signal }));
  }

  /** Performs a periodic push, and reports its failure instead of throwing. */
  async #performReporting(operation: Operation): Promise<void> {
    try {
      await this.#perform(operation);
      this.#errorReports.succeeded();
    } catch (error) {
      if (!isAborted(error)) this.#errorReports.failed(error);
    }
  }

  async #perform({ method, signal, families = [] }: Operation): Promise<void> {
    signal?.throwIfAborted();
    const call = new AbortController();
    const abort = () => call.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#calls.add(call);
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    try {
      await this.#queue.run(async () => {
        const body = method === 'DELETE' ? undefined : await this.#body(families, call.signal);
        await this.#client.send(method, body, call.signal);
      }, call.signal);
      this.#counts.succeeded(seconds());
    } catch (error) {
      this.#counts.failed(seconds());
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#calls.delete(call);
      this.#release();
    }
  }

  async #body(families: readonly MetricFamily[], signal: AbortSignal): Promise<PushBody> {
    const { gatherer, groupingKey, strict, timeoutMs, format, compression } = this.#options;
    const gathered = await gatherWithTimeout(gatherer, { strict, timeoutMs, signal });
    const all = [...gathered, ...families];
    checkPushable(all, groupingKey.names);
    const onOmitted = ({ name }: MetricFamily, reason: string) => this.#omitted(name, reason);
    return pushBody(all, format, compression, onOmitted, signal);
  }

  /** Reports a metric that the format cannot express, once. */
  #omitted(name: string, reason: string): void {
    if (this.#omittedNames.has(name) || this.#omittedNames.size >= MAX_OMITTED_NAMES) return;
    this.#omittedNames.add(name);
    this.#report(rangeError('INVALID_FAMILY', `Metric "${name}" was omitted from a push: ${reason}`));
  }

  /** Closes the connection unless another push is expected. */
  #release(): void {
    if (this.#periodic === undefined && this.#queue.isEmpty) this.#client.release();
  }

  #forgetExit(): void {
    if (this.#atExit !== undefined) process.off('beforeExit', this.#atExit);
    this.#atExit = undefined;
  }

  #report(error: unknown): void {
    notify(this.#options.onError, error);
  }
}

function checkSignal(signal: unknown): void {
  // No `instanceof`, because a test environment may have another class AbortSignal.
  if (signal === undefined || typeof (signal as Partial<AbortSignal> | null)?.aborted === 'boolean') return;
  throw typeError('INVALID_OPTION', `Option "signal" must be an AbortSignal; got ${describeValue(signal)}`);
}

function isAborted(error: unknown): boolean {
  return error instanceof PromwrightError && (error as PromwrightError).code === 'ABORTED';
}
