/** Frameworks that the command can load. */
export const FRAMEWORKS = ['express', 'fastify'] as const;

/** Name of a framework. */
export type Framework = (typeof FRAMEWORKS)[number];
