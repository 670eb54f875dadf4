/** Kind of request, and its labels in the request metrics. */
export interface RequestKind {
  readonly method: 'GET' | 'POST';
  /** Path of the request with this number. */
  readonly path: (n: number) => string;
  readonly route: string;
  readonly status: number;
}

/** Kinds of requests, which all applications answer in the same way. */
export const REQUEST_KINDS: readonly RequestKind[] = [
  { method: 'GET', path: (n) => `/products/${n}`, route: '/products/:id', status: 200 },
  { method: 'POST', path: () => '/orders', route: '/orders', status: 201 },
  { method: 'GET', path: () => '/slow', route: '/slow', status: 200 },
  { method: 'GET', path: () => '/failing', route: '/failing', status: 500 },
  { method: 'GET', path: (n) => `/nowhere/${n}`, route: '(unmatched)', status: 404 },
];

/** Duration of a request for `/slow`, in milliseconds. */
export const SLOW_MS = 20;
