import { isClassicMetricName } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import { quotedMetricName } from './escape-text.ts';

const encoder = new TextEncoder();

/**
 * Everything of a line up to its value, for one sample name: the labels of a series are put into it. Most families have one
 * series, so bytes are made of a text only when it is written again.
 */
export class LinePrefix {
  /** What stands before the labels. */
  readonly #open: LazyBytes;
  /** What stands behind the labels. */
  readonly #close: LazyBytes;
  /** What stands in place of all, where a series has no labels. */
  readonly #bare: LazyBytes;

  /** @param label one that is the format's own, such as `le="1"`, and stands behind all others */
  constructor(name: string, label?: string) {
    const isClassic = isClassicMetricName(name);
    const open = isClassic ? `${name}{` : `{${quotedMetricName(name)},`;
    this.#open = new LazyBytes(open);
    this.#close = new LazyBytes(label === undefined ? '} ' : `,${label}} `);
    if (label !== undefined) this.#bare = new LazyBytes(`${open}${label}} `);
    else this.#bare = new LazyBytes(isClassic ? `${name} ` : `{${quotedMetricName(name)}} `);
  }

  /** The prefix of a series without labels. */
  writeBare(sink: ByteSink): void {
    this.#bare.write(sink);
  }

  writeOpen(sink: ByteSink): void {
    this.#open.write(sink);
  }

  writeClose(sink: ByteSink): void {
    this.#close.write(sink);
  }

  write(sink: ByteSink, labels: Uint8Array): void {
    if (labels.length === 0) {
      this.#bare.write(sink);
      return;
    }
    this.#open.write(sink);
    sink.raw(labels);
    this.#close.write(sink);
  }
}

/** A text that is written once or very often. */
class LazyBytes {
  readonly #text: string;
  #bytes: Uint8Array | undefined = undefined;
  #isRepeated = false;

  constructor(text: string) {
    this.#text = text;
  }

  write(sink: ByteSink): void {
    if (this.#bytes !== undefined) {
      sink.raw(this.#bytes);
    } else if (this.#isRepeated) {
      this.#bytes = encoder.encode(this.#text);
      sink.raw(this.#bytes);
    } else {
      this.#isRepeated = true;
      sink.characters(this.#text);
    }
  }
}

/** A label that is the format's own, whose value needs no escaping. */
export function formatLabelPair(name: string, value: string): string {
  return `${name}="${value}"`;
}
