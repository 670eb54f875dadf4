import { describe, expect, test } from 'vitest';
import { CounterDeltas, type Delta } from './counter-deltas.ts';

describe('CounterDeltas', () => {
  test('returns the same as a map of totals, for thousands of counters that come and go', () => {
    const deltas = new CounterDeltas();
    const model = new Model();
    let random = 7;
    const next = (below: number) => {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      return (random >>> 8) % below;
    };

    for (let snapshot = 0; snapshot < 150; snapshot++) {
      deltas.begin();
      model.begin();
      const found: (Delta | undefined)[] = [];
      const expected: (Delta | undefined)[] = [];
      // Two of three counters of a window that moves on, so that all counters are forgotten some time.
      for (let i = 0; i < 600; i++) {
        const path = `requests_total.route.${Math.floor(snapshot / 4) * 100 + next(900)}.status.200`;
        const value = snapshot * 10 + next(20);
        found.push(deltas.deltaOf(path, value));
        expected.push(model.deltaOf(path, value));
      }
      expect(found).toEqual(expected);
      const end = next(8);
      // Most snapshots are sent; some are not, and some have to be sent again.
      if (end < 6) {
        deltas.commit();
        model.commit();
      }
      if (end % 3 === 0) {
        deltas.confirm(end === 0);
        model.confirm(end === 0);
      }
      if (end === 5) {
        deltas.undo();
        model.undo();
      }
    }
  });
});

/** The same by copies of whole maps. */
class Model {
  #base = new Map<string, number>();
  #beforeBase = new Map<string, number>();
  #safe = new Map<string, number>();
  #current = new Map<string, number>();

  begin(): void {
    this.#current = new Map();
  }

  deltaOf(path: string, value: number): Delta | undefined {
    if (this.#current.has(path)) return undefined;
    const before = this.#base.get(path);
    this.#current.set(path, value);
    return before === undefined || value < before ? { value, isNew: true } : { value: value - before, isNew: false };
  }

  commit(): void {
    this.#beforeBase = this.#base;
    this.#base = this.#current;
  }

  confirm(exceptLast: boolean): void {
    if (!exceptLast) this.#beforeBase = this.#base;
    this.#safe = this.#beforeBase;
  }

  undo(): void {
    this.#base = this.#safe;
    this.#beforeBase = this.#safe;
  }
}
