/** Queue of bytes that arrive in pieces and leave in other pieces. Copies each byte at most once, however small the pieces are. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  length = 0;

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  /** Returns the last index of a byte, searching no further back than `from`; -1 if not found. */
  lastIndexOf(byte: number, from: number): number {
    let start = this.length;
    for (let i = this.#pieces.length - 1; i >= 0 && start > from; i--) {
      start -= this.#pieces[i]!.length;
      const found = this.#pieces[i]!.lastIndexOf(byte);
      if (found >= 0) return start + found;
    }
    return -1;
  }

  /** Returns the first `count` bytes without removing them; fewer if the queue has fewer. */
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

  /** Removes and returns the first `count` bytes. The queue must have as many. */
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
