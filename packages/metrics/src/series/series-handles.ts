/** Properties of a series handle that change when the table changes. */
export interface SeriesHandle {
  /** Slot of the series in `values`. */
  slot: number;
  /** Numbers of all series, kept in the handle so that a write needs neither the table nor a check for removal. */
  values: Float64Array;
  /** Labels with which the next write recreates an expired series. */
  expiredLabels?: Readonly<Record<string, string>> | undefined;
  /** Next handle of the same slot. Two exist once a series expired and its old and its new handle were both used again. */
  next?: SeriesHandle | undefined;
}

/** Handles of the series of one table, by slot: follows their series when a slot or the numbers move. */
export class SeriesHandles {
  readonly #handles: (SeriesHandle | undefined)[] = [];
  /** Numbers that the handles of removed series write to; nobody reads them. */
  #detachedValues: Float64Array | undefined;
  readonly #width: number;

  /** @param width numbers per series */
  constructor(width: number) {
    this.#width = width;
  }

  has(slot: number): boolean {
    return this.#handles[slot] !== undefined;
  }

  /** Returns the handle of a slot, the same object for the same series; creates it if there is none. */
  handleFor<H extends SeriesHandle>(slot: number, create: (slot: number) => H): H {
    let handle = this.#handles[slot] as H | undefined;
    if (handle === undefined) {
      handle = create(slot);
      this.#handles[slot] = handle;
    }
    return handle;
  }

  /** Makes a handle write nowhere. */
  detached<H extends SeriesHandle>(handle: H): H {
    this.#detach(handle);
    return handle;
  }

  /** Attaches the handle of an expired series to its new slot. */
  reattach(handle: SeriesHandle, slot: number, values: Float64Array): void {
    handle.expiredLabels = undefined;
    handle.slot = slot;
    handle.values = values;
    handle.next = this.#handles[slot];
    this.#handles[slot] = handle;
  }

  /** Notes the labels of an expired series in its handles, before the series is removed. */
  expire(slot: number, labels: Readonly<Record<string, string>>): void {
    for (let handle = this.#handles[slot]; handle !== undefined; handle = handle.next) handle.expiredLabels = labels;
  }

  /** Detaches the handles of a slot, and moves the handles of the last slot there. */
  remove(slot: number, last: number): void {
    const handles = this.#handles;
    this.#detach(handles[slot]);
    if (slot < handles.length) handles[slot] = undefined;
    if (slot !== last && handles[last] !== undefined) {
      handles[slot] = handles[last];
      for (let handle: SeriesHandle | undefined = handles[last]; handle !== undefined; handle = handle.next) {
        handle.slot = slot;
      }
    }
    if (handles.length > last) handles.length = last;
  }

  /** Detaches all handles. */
  clear(): void {
    for (const handle of this.#handles) this.#detach(handle);
    this.#handles.length = 0;
  }

  /** Makes all handles write to these numbers. */
  setValues(values: Float64Array): void {
    for (const first of this.#handles) {
      for (let handle = first; handle !== undefined; handle = handle.next) handle.values = values;
    }
  }

  #detach(handle: SeriesHandle | undefined): void {
    if (handle === undefined) return;
    this.#detachedValues ??= new Float64Array(this.#width);
    while (handle !== undefined) {
      const { next }: SeriesHandle = handle;
      handle.slot = 0;
      handle.values = this.#detachedValues;
      // Only where it was set: a new property would give the handle another hidden class.
      if (next !== undefined) handle.next = undefined;
      handle = next;
    }
  }
}
