/** Command to a member. */
export interface MemberCommand {
  readonly do: 'block' | 'exit';
  /** Duration of a block of the event loop, in milliseconds. */
  readonly ms?: number;
}

/** Message of a member that has started. */
export interface MemberReady {
  readonly ready: true;
  /** Address of the scrape, of a member that has one. */
  readonly url?: string;
}

/**
 * Obeys the commands of the parent process.
 * @param shutDown runs before a clean exit
 */
export function obeyParent(shutDown: () => Promise<void> | void): void {
  process.on('message', async (command: MemberCommand) => {
    if (command.do === 'block') {
      // Like synchronous input or output: without the processor, which the other members need.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, command.ms);
    } else if (command.do === 'exit') {
      await shutDown();
      process.exit(0);
    }
  });
  process.on('disconnect', () => process.exit(1));
}

/** Tells the parent that the member has started. */
export function reportReady(url?: string): void {
  const message: MemberReady = { ready: true, ...(url !== undefined && { url }) };
  process.send?.(message);
}
