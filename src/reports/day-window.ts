import { Invalid } from '../platform/errors/app-errors.js';

export const DAY_SECONDS = 86_400;

/** The most days that a series shows. */
export const MOST_DAYS = 30;

/** Whole UTC days: the midnights, in Unix seconds, with which the first and the last of them begin. */
export interface DayWindow {
  first: number;
  last: number;
}

/**
 * The days that a report shows (supportbee.md section 15). A bound stands for the whole UTC day on which it falls, so that every point
 * is a full day's. Without `until` the window is as long as it may be, from `since` on or up to today; one that is longer loses its
 * oldest days. Throws `Invalid` when it ends before it begins.
 */
export function windowOf(since: Date | undefined, until: Date | undefined, now: Date): DayWindow {
  const length = (MOST_DAYS - 1) * DAY_SECONDS;
  if (since && !until) return { first: dayOf(since), last: dayOf(since) + length };
  const last = dayOf(until ?? now);
  const first = since ? dayOf(since) : last - length;
  if (first > last) throw Invalid.field('until', 'must not be before since');
  return { first: Math.max(first, last - length), last };
}

/** The midnights of all its days. */
export function daysOf({ first, last }: DayWindow): number[] {
  return Array.from({ length: (last - first) / DAY_SECONDS + 1 }, (_, index) => first + index * DAY_SECONDS);
}

function dayOf(time: Date): number {
  return Math.floor(time.getTime() / 1000 / DAY_SECONDS) * DAY_SECONDS;
}
