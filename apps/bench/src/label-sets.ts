/** Labels of a series. */
export type AnyLabels = Readonly<Record<string, string>>;

/** Labels of a series in most rows. */
export type LabelSet = { readonly method: string; readonly route: string; readonly status: string };

/** Names of the three labels. */
export const LABEL_NAMES = ['method', 'route', 'status'] as const;

/** Returns 180 label sets, like a small service: 3 methods, 20 routes and 3 statuses. */
export function fewLabelSets(): LabelSet[] {
  const routes = Array.from({ length: 20 }, (_, i) => routeOf(i));
  const sets: LabelSet[] = [];
  for (const method of ['GET', 'POST', 'PUT']) {
    for (let route = 0; route < routes.length; route++) {
      for (const status of ['200', '404', '500']) {
        sets.push({ method, route: routes[route]!, status });
      }
    }
  }
  return sets;
}

/** Returns `count` label sets: 4 methods, 4 statuses and the necessary routes. Each string exists once, as in a router. */
export function manyLabelSets(count: number): LabelSet[] {
  const routes = Array.from({ length: Math.ceil(count / 16) }, (_, i) => routeOf(i));
  return Array.from({ length: count }, (_, i) => ({ ...labelSet(i), route: routes[i >> 4]! }));
}

/** Returns one of many label sets, with newly allocated strings, like the strings of a request. */
export function freshLabelSet(index: number): LabelSet {
  const { method, route, status } = labelSet(index);
  return { method: fresh(method), route: fresh(route), status: fresh(status) };
}

/** Returns one of many texts of the same length, newly allocated. */
export function freshText(index: number, length: number): string {
  return fresh(String(index).padStart(length, 'x'));
}

function labelSet(index: number): LabelSet {
  return {
    method: ['GET', 'POST', 'PUT', 'DELETE'][index & 3]!,
    route: routeOf(index >> 4),
    status: ['200', '201', '404', '500'][(index >> 2) & 3]!,
  };
}

function routeOf(index: number): string {
  return `/api/v1/resource/${index}`;
}

function fresh(text: string): string {
  // Decoding always allocates a new string. Slicing or joining may only refer to an existing string.
  return Buffer.from(text).toString('latin1');
}
