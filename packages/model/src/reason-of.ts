import { describeValue } from './promwright-error.ts';

/**
 * What went wrong, for a message that begins with what it went wrong with: the text of an error, a text that was thrown as it
 * is, and of anything else what it is. Several that failed together without a text of their own are told one after the other,
 * as Node throws for a host with several addresses.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : describeValue(error);
}
