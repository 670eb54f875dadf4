/** Running instrumentation of a server or of all servers. */
export interface Instrumentation {
  /** Ends the instrumentation. Requests in flight are still recorded at their end. Further calls do nothing. */
  stop(): void;
}
