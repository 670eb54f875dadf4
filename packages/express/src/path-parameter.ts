/** Parameter as in `req.params`. The value of a wildcard is an array of segments. */
export type PathParameter = readonly [name: string, value: unknown];
