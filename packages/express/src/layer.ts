/** Result of a matcher: the matched part of the path, and the parameters. */
interface PathMatch {
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Function of a layer that matches a path against one pattern. */
export type PathMatcher = (path: string) => PathMatch | false;

/** Entry of a router's stack: a pattern and its handler. Which properties exist depends on the version of the router. */
export interface Layer {
  /** Route of the layer; `undefined` for middleware and mounts. */
  readonly route?: unknown;
  /** Method, in the layers inside a route. */
  readonly method?: string;
  /** Part of the path that matched last. Empty for middleware without a path. */
  readonly path?: string;
  readonly handle?: unknown;
  /** Compiled pattern, or the regular expression of the application (Express 4). */
  readonly regexp?: RegExp;
  /** Names of the groups of `regexp` (Express 4). */
  readonly keys?: readonly { readonly name: string | number }[];
  /** One matcher for each alternative (router 2). */
  readonly matchers?: readonly PathMatcher[];
  /** Pattern or alternatives (router from 2.3 on). */
  readonly rawPath?: string | RegExp | readonly (string | RegExp)[];
}
