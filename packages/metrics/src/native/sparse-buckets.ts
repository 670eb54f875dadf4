/** Largest distance from the lowest bucket at which a bucket is found without a search. */
const MAX_REACH = 1024;

/** Counts of the non-empty buckets, by index in rising order. */
export class SparseBuckets {
  size = 0;
  /** Position of a bucket in the columns plus 1, by distance from the lowest bucket; 0 if there is no such bucket. */
  #places: Uint16Array = new Uint16Array(0);
  #indexes = new Int32Array(8);
  #counts = new Float64Array(8);

  /** Adds to a bucket; creates a missing bucket. */
  add(index: number, amount: number): void {
    const place = this.#places[index - this.#indexes[0]!];
    // Undefined if the bucket is out of reach.
    if (place! > 0) this.#counts[place! - 1]! += amount;
    else this.#search(index, amount);
  }

  #search(index: number, amount: number): void {
    const indexes = this.#indexes;
    let low = 0;
    let end = this.size;
    while (low < end) {
      const middle = (low + end) >>> 1;
      if (indexes[middle]! < index) low = middle + 1;
      else end = middle;
    }
    if (low === this.size || indexes[low] !== index) this.#insert(low, index);
    this.#counts[low]! += amount;
  }

  /** Returns the index of the bucket closest to zero; Infinity if there is none. */
  lowest(): number {
    return this.size === 0 ? Infinity : this.#indexes[0]!;
  }

  /** Removes a bucket and returns its count; 0 if there is no such bucket. */
  take(index: number): number {
    const at = this.#indexes.subarray(0, this.size).indexOf(index);
    if (at < 0) return 0;
    const count = this.#counts[at]!;
    this.#indexes.copyWithin(at, at + 1, this.size);
    this.#counts.copyWithin(at, at + 1, this.size);
    this.size--;
    this.#place();
    return count;
  }

  /** Merges every two buckets into the bucket that covers both at half the resolution. */
  halve(): void {
    let kept = 0;
    for (let i = 0; i < this.size; i++) {
      const index = Math.ceil(this.#indexes[i]! / 2);
      if (kept > 0 && this.#indexes[kept - 1] === index) {
        this.#counts[kept - 1]! += this.#counts[i]!;
      } else {
        this.#indexes[kept] = index;
        this.#counts[kept] = this.#counts[i]!;
        kept++;
      }
    }
    this.size = kept;
    this.#place();
  }

  clear(): void {
    this.size = 0;
    this.#place();
  }

  /** Copies the buckets into longer columns, from position `start` on. */
  copyTo(indexes: Int32Array, counts: Float64Array, start: number): void {
    indexes.set(this.#indexes.subarray(0, this.size), start);
    counts.set(this.#counts.subarray(0, this.size), start);
  }

  #insert(at: number, index: number): void {
    if (this.size === this.#indexes.length) {
      const indexes = new Int32Array(this.size * 2);
      indexes.set(this.#indexes);
      this.#indexes = indexes;
      const counts = new Float64Array(this.size * 2);
      counts.set(this.#counts);
      this.#counts = counts;
    }
    this.#indexes.copyWithin(at + 1, at, this.size);
    this.#counts.copyWithin(at + 1, at, this.size);
    this.#indexes[at] = index;
    this.#counts[at] = 0;
    this.size++;
    this.#place();
  }

  /** Computes all places again. Buckets are added and removed rarely. */
  #place(): void {
    const first = this.#indexes[0]!;
    const reach = this.size === 0 ? 0 : Math.min(MAX_REACH, this.#indexes[this.size - 1]! - first + 1);
    if (this.#places.length === reach) this.#places.fill(0);
    else this.#places = new Uint16Array(reach);
    for (let at = 0; at < this.size && this.#indexes[at]! - first < reach; at++) {
      this.#places[this.#indexes[at]! - first] = at + 1;
    }
  }
}
