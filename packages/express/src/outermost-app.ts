import type { Application, Request } from 'express';

/** The application around all others that a request passes; `undefined` for a router without Express. */
export function outermostApp(req: Request): Application | undefined {
  let app = req.app as (Application & { readonly parent?: Application }) | undefined;
  while (app?.parent !== undefined) app = app.parent;
  return app;
}
