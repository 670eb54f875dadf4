/** Allowed edges: for each published package, the packages of this repository that its shipped code may import. */
export const allowedEdges: Readonly<Record<string, readonly string[]>> = {
  model: [],
  metrics: ['model'],
  exposition: ['model'],
  parser: ['model'],
  lint: ['model'],
  exporter: ['model'],
  graphite: ['exporter', 'model'],
  process: ['metrics', 'model'],
  pushgateway: ['exposition', 'exporter', 'model'],
  textfile: ['exposition', 'exporter', 'model'],
  http: ['metrics', 'exposition', 'exporter', 'model'],
  express: ['http', 'model'],
  fastify: ['http', 'model'],
  koa: ['http', 'model'],
  cluster: ['exporter', 'model'],
  // `serve` is a server for the metrics of many processes.
  cli: ['lint', 'parser', 'exposition', 'cluster', 'http', 'model'],
};

/** Packages that bring nothing from outside this repository into a program. */
export const withoutThirdParty: readonly string[] = [
  'model',
  'metrics',
  'exposition',
  'parser',
  'exporter',
  'cluster',
  'graphite',
  'lint',
  'pushgateway',
  'textfile',
];

/** Packages that run where Node's modules are absent: in Bun, in Deno, at the edge. */
export const platformFree: readonly string[] = ['model', 'metrics', 'exposition', 'parser', 'lint', 'exporter'];

/** Single entry points, of packages that otherwise need Node, which run anywhere as well. */
export const platformFreeEntries: readonly { readonly name: string; readonly entry: string }[] = [
  { name: 'http', entry: './fetch' },
];
