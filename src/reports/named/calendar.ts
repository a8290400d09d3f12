import { Invalid } from '../../platform/errors/app-errors.js';
import { parseTime } from '../../platform/http/dates.js';

const DAY_MS = 86_400_000;
export const MOST_YEARS = 10;

/** Days are shown up to so many of them, months above. */
const MOST_DAYS = 31;
const USUAL_DAYS = 30;

/** A day of the calendar, as the midnight that it has in UTC. */
type Day = number;

/** The days of a report, both of them included, in a time zone. */
export interface Span {
  first: Day;
  last: Day;
  zone: string;
  unit: 'day' | 'month';
}

export interface AskedSpan {
  since?: string;
  until?: string;
  zone?: string;
}

/** How the fields are called by whoever has filled them in. */
export type SpanNames = Record<keyof AskedSpan, string>;

/**
 * The days that are asked for: those of the time zone, UTC when none is named. A bound may be a day, `2026-03-29` or `29/03/2026`, or a
 * moment, which stands for the day on which it falls there. Without `since` it is 30 days, without `until` it ends today. Throws `Invalid`
 * for what cannot be read, for an end before the beginning and for more than 10 years.
 */
export function spanOf({ since, until, zone: named }: AskedSpan, names: SpanNames, now: Date): Span {
  const zone = named === undefined ? 'UTC' : zoneOf(named, names.zone);
  const today = dayIn(zone, now);
  const from = since === undefined ? undefined : dayOf(since, zone, names.since);
  const last = until === undefined ? Math.max(today, from ?? today) : dayOf(until, zone, names.until);
  const first = from ?? last - (USUAL_DAYS - 1) * DAY_MS;
  if (first > last) throw Invalid.field(names.until, `must not be before ${names.since}`);
  const days = (last - first) / DAY_MS + 1;
  if (days > MOST_YEARS * 366) throw Invalid.field(names.since, `must be at most ${MOST_YEARS} years before the end`);
  return { first, last, zone, unit: days > MOST_DAYS ? 'month' : 'day' };
}

/** `2026-03-29` */
export const isoDay = (day: Day): string => new Date(day).toISOString().slice(0, 10);

export const dayAfter = (day: Day): Day => day + DAY_MS;

/** The beginnings of its days or months, oldest first. */
export function bucketsOf({ first, last, unit }: Span): Day[] {
  const buckets: Day[] = [];
  for (let at = unit === 'day' ? first : monthOf(first, 0); at <= last; at = unit === 'day' ? dayAfter(at) : monthOf(at, 1))
    buckets.push(at);
  return buckets;
}

const monthOf = (day: Day, later: number): Day => {
  const date = new Date(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1);
};

// Postgres reads names as of the same database, but would take `+02:00` for the opposite of what everybody else does.
function zoneOf(named: string, field: string): string {
  const zone = named.trim();
  try {
    if (/^[A-Za-z][\w+/-]{1,63}$/.test(zone)) return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    // Said below.
  }
  throw Invalid.field(field, 'must be the name of a time zone such as Europe/London');
}

const ISO_DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const SPOKEN_DAY = /^(\d\d?)\/(\d\d?)\/(\d{4})$/;

function dayOf(given: string, zone: string, field: string): Day {
  const text = given.trim();
  const [, day, month, year] = SPOKEN_DAY.exec(text) ?? [];
  const iso = day && month && year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text;
  const time = parseTime(iso);
  // Of other years the calendars of the two do not agree.
  const isKnown = time !== null && time.getUTCFullYear() >= 1900 && time.getUTCFullYear() <= 9000;
  if (!isKnown) throw Invalid.field(field, 'must be a day such as 2026-03-29');
  return ISO_DAY.test(iso) ? time.getTime() : dayIn(zone, time);
}

function dayIn(zone: string, time: Date): Day {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric' });
  const found = new Map(parts.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(found.get('year') ?? 0, (found.get('month') ?? 1) - 1, found.get('day') ?? 1);
}
