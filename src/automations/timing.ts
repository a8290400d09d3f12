/** How a condition of time says when (`datetime`), and how often it comes again (`repeat`). All times are UTC (rpc-conventions.md section 2). */
export const REPEATS = ['every-day', 'every-week', 'every-month', 'every-year'] as const;
export type Repeat = (typeof REPEATS)[number];

export const TIME_OPERATORS = ['is-between', 'is-exactly'] as const;

/** Milliseconds; the end does not belong to it. */
export interface Span {
  start: number;
  end: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** For so long an exact time counts: whoever looks a little later still finds that it is time. */
const EXACT_MS = 60 * MINUTE_MS;

const DAY_FIRST = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ T](\d{1,2}):(\d{2}))?$/;
const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?$/;

interface Written {
  at: number;
  hasTime: boolean;
}

/** The span that a condition means: `dd/mm/yyyy` or `yyyy-mm-dd`, with or without `hh:mm`, two of them with ` - ` between; null for none. */
export function readSpan(operator: string, value: string): Span | null {
  const [from, to, ...more] = value.split(' - ').map((part) => readTime(part.trim()));
  if (!from || more.length > 0) return null;
  if (operator === 'is-exactly') return to === undefined ? spanOf(from, from.hasTime ? EXACT_MS : DAY_MS) : null;
  if (!to) return null;
  const end = to.at + (to.hasTime ? MINUTE_MS : DAY_MS);
  return end > from.at ? { start: from.at, end } : null;
}

const spanOf = ({ at }: Written, length: number): Span => ({ start: at, end: at + length });

function readTime(written: string): Written | null {
  const dayFirst = DAY_FIRST.exec(written);
  const found = dayFirst ? [dayFirst[3], dayFirst[2], dayFirst[1], ...dayFirst.slice(4)] : YEAR_FIRST.exec(written)?.slice(1);
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.map((part) => (part === undefined ? 0 : Number(part)));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
  return isReal ? { at: date.getTime(), hasTime: found[3] !== undefined } : null;
}

/** A Monday, the first of a month and of a year: from where repetitions without a time of their own count. */
const ANCHOR = Date.UTC(2001, 0, 1);

/**
 * The repetition in which `now` lies, by the written form of its beginning; empty where nothing is repeated, null where it is not time. Without
 * a span it is always time, and each day, week, month or year is one repetition.
 */
export function windowAt(now: number, span: Span | null, repeat: Repeat | null): string | null {
  if (repeat === null) return span === null || (span.start <= now && now < span.end) ? '' : null;
  const { start, end } = span ?? { start: ANCHOR, end: Infinity };
  if (now < start) return null;
  const begun = lastBeginning(start, repeat, now);
  return now - begun < end - start ? new Date(begun).toISOString().slice(0, 16) : null;
}

function lastBeginning(start: number, repeat: Repeat, now: number): number {
  if (repeat === 'every-day' || repeat === 'every-week') {
    const step = repeat === 'every-day' ? DAY_MS : 7 * DAY_MS;
    return start + Math.floor((now - start) / step) * step;
  }
  const [from, at] = [new Date(start), new Date(now)];
  const months = (at.getUTCFullYear() - from.getUTCFullYear()) * 12 + at.getUTCMonth() - from.getUTCMonth();
  const step = repeat === 'every-month' ? 1 : 12;
  const count = Math.floor(months / step) * step;
  const begun = monthsLater(from, count);
  return begun <= now ? begun : monthsLater(from, count - step);
}

// What begins on the 31st begins on the last day of shorter months.
function monthsLater(from: Date, months: number): number {
  const later = new Date(from);
  later.setUTCDate(1);
  later.setUTCMonth(from.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(later.getUTCFullYear(), later.getUTCMonth() + 1, 0)).getUTCDate();
  later.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return later.getTime();
}
