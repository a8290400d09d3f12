import { MOST_RETRY_AFTER_SECONDS, retryDelay } from '../platform/queue/catalogue.js';

const MOST_PAUSE_S = 300;
/** Answers that speak of the whole endpoint, not of this message. */
const OVERLOADED = new Set([429, 503]);

/** Seconds until the next attempt: the schedule with its jitter, or what the endpoint has asked for when that is longer. */
export function delayAfter(failures: number, retryAfter: number | null, random: number): number {
  return Math.max(retryDelay('webhooks', failures, random), Math.min(retryAfter ?? 0, MOST_RETRY_AFTER_SECONDS));
}

/** Seconds for which an endpoint that says it is overloaded is left alone. */
export function pauseAfter(status: number | null, retryAfter: number | null): number {
  return status !== null && OVERLOADED.has(status) ? Math.min(retryAfter ?? 0, MOST_PAUSE_S) : 0;
}

/** `Retry-After` in seconds, which may be written as a number or a date; null when there is none that can be read. */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header);
  const time = Date.parse(header);
  return Number.isNaN(time) ? null : Math.max(0, Math.round((time - now.getTime()) / 1000));
}
