import { isClassicMetricName } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import { quotedMetricName } from './escape-text.ts';

const encoder = new TextEncoder();

/** Everything of a line up to its value, for one sample name: the labels of a series are put into it. */
export class LinePrefix {
  /** What stands before the labels. */
  readonly open: Uint8Array;
  /** What stands behind the labels. */
  readonly close: Uint8Array;
  /** What stands in place of all, where a series has no labels. */
  readonly bare: Uint8Array;

  /** @param label one that is the format's own, such as `le="1"`, and stands behind all others */
  constructor(name: string, label?: string) {
    const isClassic = isClassicMetricName(name);
    const open = isClassic ? `${name}{` : `{${quotedMetricName(name)},`;
    this.open = encoder.encode(open);
    this.close = encoder.encode(label === undefined ? '} ' : `,${label}} `);
    if (label !== undefined) this.bare = encoder.encode(`${open}${label}} `);
    else this.bare = encoder.encode(isClassic ? `${name} ` : `{${quotedMetricName(name)}} `);
  }

  write(sink: ByteSink, labels: Uint8Array): void {
    if (labels.length === 0) {
      sink.raw(this.bare);
      return;
    }
    sink.raw(this.open);
    sink.raw(labels);
    sink.raw(this.close);
  }
}

/** A label that is the format's own, whose value needs no escaping. */
export function ownLabel(name: string, value: string): string {
  return `${name}="${value}"`;
}
