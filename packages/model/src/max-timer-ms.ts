/** The longest time that a timer waits, in milliseconds, some 25 days: one of more would fire at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;
