import type { Request } from 'express';
import type { Layer } from './layer.ts';

// The symbol is registered by name. If a program loads two copies of this package, only one copy changes a prototype.
const OBSERVED: unique symbol = Symbol.for('@promwright/express-layers@1') as never;

type Handle = (this: Layer, ...args: unknown[]) => unknown;

/** Calls of a layer. Methods of the prototype are called so in Express 4, then in router 2. */
const REQUEST_METHODS: readonly string[] = ['handle_request', 'handleRequest'];
const ERROR_METHODS: readonly string[] = ['handle_error', 'handleError'];

/** Functions that are told of the calls of layers. They must not throw. */
export interface LayerObserver {
  onRequest(layer: Layer, req: Request): void;
  onError(req: Request): void;
}

/**
 * Reports the calls of the layers of a router, and of all routers with the same class of layers. Changes the prototype of the
 * layers, which belongs to the application's copy of Express. Does nothing for an object that is no router.
 */
export function observeLayers(router: unknown, { onRequest, onError }: LayerObserver): void {
  const [layer] = ((router as { stack?: unknown } | undefined)?.stack ?? []) as readonly object[];
  if (layer === undefined) return;
  const prototype = Object.getPrototypeOf(layer) as Record<string, unknown>;
  if (prototype === Object.prototype || Object.hasOwn(prototype, OBSERVED)) return;
  Object.defineProperty(prototype, OBSERVED, { value: true });
  for (const name of REQUEST_METHODS) {
    const handle = prototype[name];
    if (typeof handle !== 'function') continue;
    prototype[name] = function (this: Layer, req: Request, res: unknown, next: unknown) {
      onRequest(this, req);
      return (handle as Handle).call(this, req, res, next);
    };
  }
  for (const name of ERROR_METHODS) {
    const handle = prototype[name];
    if (typeof handle !== 'function') continue;
    prototype[name] = function (this: Layer, error: unknown, req: Request, res: unknown, next: unknown) {
      onError(req);
      return (handle as Handle).call(this, error, req, res, next);
    };
  }
}
