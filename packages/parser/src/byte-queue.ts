/** Bytes that came in pieces and are taken out in others. Each is copied once at most, however small the pieces are. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  length = 0;

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  /** Where a byte stands for the last time, from a place on; -1 if it does not. */
  lastIndexOf(byte: number, from: number): number {
    let start = this.length;
    for (let i = this.#pieces.length - 1; i >= 0 && start > from; i--) {
      start -= this.#pieces[i]!.length;
      const found = this.#pieces[i]!.lastIndexOf(byte);
      if (found >= 0) return start + found;
    }
    return -1;
  }

  /** The first bytes, without taking them out; fewer if there are fewer. */
  peek(count: number): Uint8Array {
    const first = this.#pieces[0];
    if (first !== undefined && first.length >= count) return first.subarray(0, count);
    const bytes = new Uint8Array(Math.min(count, this.length));
    let at = 0;
    for (const piece of this.#pieces) {
      if (at >= bytes.length) break;
      bytes.set(piece.subarray(0, bytes.length - at), at);
      at += piece.length;
    }
    return bytes;
  }

  /** Takes out the first bytes, of which there must be enough. */
  take(count: number): Uint8Array {
    const bytes = this.peek(count);
    this.length -= count;
    let left = count;
    let whole = 0;
    while (whole < this.#pieces.length && this.#pieces[whole]!.length <= left) left -= this.#pieces[whole++]!.length;
    this.#pieces.splice(0, whole);
    if (left > 0) this.#pieces[0] = this.#pieces[0]!.subarray(left);
    return bytes;
  }
}
