import { isClassicMetricName } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import { quotedMetricName } from './escape-text.ts';

const encoder = new TextEncoder();

/** Part of a line before the value, for one sample name; the labels of a series are inserted on writing. */
export class LinePrefix {
  /** Part before the labels. */
  readonly #open: LazyBytes;
  /** Part after the labels. */
  readonly #close: LazyBytes;
  /** The whole prefix of a series without labels. */
  readonly #bare: LazyBytes;

  /** @param label a label that the format adds after all others, such as `le="1"` */
  constructor(name: string, label?: string) {
    const isClassic = isClassicMetricName(name);
    const open = isClassic ? `${name}{` : `{${quotedMetricName(name)},`;
    this.#open = new LazyBytes(open);
    this.#close = new LazyBytes(label === undefined ? '} ' : `,${label}} `);
    if (label !== undefined) this.#bare = new LazyBytes(`${open}${label}} `);
    else this.#bare = new LazyBytes(isClassic ? `${name} ` : `{${quotedMetricName(name)}} `);
  }

  /** Writes the prefix of a series without labels. */
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

/** String that is encoded on its second write: most families have one series, so most strings are written once. */
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

/** Formats a label that the format adds, such as `le`. The value must need no escaping. */
export function formatLabelPair(name: string, value: string): string {
  return `${name}="${value}"`;
}
