import { checkOptionNames } from '@promwright/model';

/** Options of {@link parse} and {@link parseStream}. */
export interface ParseOptions {
  /**
   * Refuses also the text documents that Prometheus' Go library refuses, which promtool and node_exporter use, and
   * repeated samples in OpenMetrics 1.0. Protobuf is read the same with it. Default false.
   */
  readonly strict?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({ strict: true } satisfies Record<
  keyof Required<ParseOptions>,
  true
>);

/** @throws TypeError with code `INVALID_OPTION` for an unknown option */
export function checkParseOptions(owner: string, options: ParseOptions): void {
  checkOptionNames(owner, options, OPTION_NAMES);
}
