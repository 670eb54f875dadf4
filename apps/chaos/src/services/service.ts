import type { Member } from '../member.ts';

/** Service of many processes with one page of metrics. */
export interface Service {
  /**
   * Starts a member, which has joined when this resolves.
   * @param truthFile file of the member's true count
   */
  startMember(truthFile: string): Promise<Member>;
  /** Returns the page of all members. `member` is not blocked. */
  scrape(member: Member): Promise<string>;
  /** Returns the page by a process that is no member, if the service has one. */
  scrapeExporter?(): Promise<string>;
  /** Number of files that the service has at the end, if it has a directory. */
  files(): number;
  close(): void;
}
