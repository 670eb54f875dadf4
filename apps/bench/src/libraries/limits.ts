import { BOUNDS } from '../durations.ts';
import type { LabelSet } from '../label-sets.ts';
import { incHeld, walk } from '../loops.ts';
import type { Operation } from '../measure-time.ts';
import type { HeldCounter } from './library.ts';

// Lower limits: the time of the machine for the least work of an operation. The loops check nothing.

/** Adds 1 to a number in an array: the least work of an increment of a held series. */
export function rawAdd(size: number, order: Int32Array): Operation {
  const values = new Float64Array(size);
  const run = walk(order, (from, to, mask) => {
    const numbers = values;
    const visits = order;
    for (let i = from; i < to; i++) numbers[visits[i & mask]!]! += 1;
  });
  return operation(run, values, 1);
}

/** Adds 1 through an object per number, which has the array and an index: the smallest possible held series. */
export function addThroughObjects(size: number, order: Int32Array): Operation {
  const values = new Float64Array(size);
  const held = Array.from({ length: size }, (_, slot) => new Place(values, slot));
  return operation(incHeld(held, order), values, 1);
}

class Place implements HeldCounter {
  values: Float64Array;
  slot: number;

  constructor(values: Float64Array, slot: number) {
    this.values = values;
    this.slot = slot;
  }

  inc(): void {
    this.values[this.slot]! += 1;
  }
}

/** Compares with eleven bounds in turn, and adds to a bucket and to a sum: the least work of an observation in a held series. */
export function rawObserve(size: number, durations: Float64Array, order: Int32Array): Operation {
  const width = BOUNDS.length + 2;
  const values = new Float64Array(size * width);
  const bounds = Float64Array.from(BOUNDS);
  const run = walk(order, (from, to, mask) => {
    const numbers = values;
    const visits = order;
    const limits = bounds;
    const observed = durations;
    const last = observed.length - 1;
    for (let i = from; i < to; i++) {
      const start = visits[i & mask]! * width;
      const value = observed[i & last]!;
      let bucket = 0;
      while (bucket < limits.length && value > limits[bucket]!) bucket++;
      numbers[start + bucket]!++;
      numbers[start + width - 1]! += value;
    }
  });
  return operation(run, values, width);
}

/** Looks up each of three label values in a Map, and adds 1 to the number at the index computed from the results. */
export function threeLookUps(sets: readonly LabelSet[], order: Int32Array): Operation {
  const [methods, routes, statuses] = [idsOf(sets, 'method'), idsOf(sets, 'route'), idsOf(sets, 'status')];
  const values = new Float64Array(methods.size * routes.size * statuses.size);
  const run = walk(order, (from, to, mask) => {
    const numbers = values;
    const visits = order;
    const labels = sets;
    const routeCount = routes.size;
    const statusCount = statuses.size;
    for (let i = from; i < to; i++) {
      const { method, route, status } = labels[visits[i & mask]!]!;
      const id = (methods.get(method)! * routeCount + routes.get(route)!) * statusCount + statuses.get(status)!;
      numbers[id]! += 1;
    }
  });
  return operation(run, values, 1);
}

function idsOf(sets: readonly LabelSet[], name: keyof LabelSet): Map<string, number> {
  return new Map([...new Set(sets.map((labels) => labels[name]))].map((value, id) => [value, id]));
}

/** Returns the operation. In series of several numbers, the last number is a sum and not a count. */
function operation(run: Operation['run'], values: Float64Array, width: number): Operation {
  const read = () => ({
    series: values.length / width,
    total: values.reduce((total, value, i) => (width > 1 && i % width === width - 1 ? total : total + value), 0),
  });
  return { run, read, initially: { series: values.length / width, total: 0 } };
}
