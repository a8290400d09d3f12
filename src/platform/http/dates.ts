const ISO = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+ -]\d{2}:?\d{2})?)?$/i;
const SPOKEN = /^(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\s+(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?)?$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A point in time in any of the written forms of the contract (supportbee.md section 1, A3); a blank before an offset is a plus sign
 * that was not escaped, and without an offset UTC is meant. Null when it cannot be read.
 */
export function parseTime(text: string): Date | null {
  const iso = ISO.exec(text.trim());
  if (iso) {
    const [, year, month, day, hour, minute, second, offset] = iso;
    return shifted(moment(year, Number(month), day, hour, minute, second), offset);
  }
  const spoken = SPOKEN.exec(text.trim());
  if (!spoken) return null;
  const [, day, name = '', year, hour, minute, second, half] = spoken;
  return moment(year, MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1, day, hourOf(hour, half), minute, second);
}

type Digits = string | number | undefined;

// Refuses the 31st of February, which Date would take for a day of March.
function moment(year: Digits, month: number, day: Digits, hour: Digits, minute: Digits, second: Digits): Date | null {
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  const date = new Date(Date.UTC(2000, month - 1, Number(day), h, m, s));
  // Date.UTC would take the year 99 for 1999.
  date.setUTCFullYear(Number(year), month - 1, Number(day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day) && h < 24 && m < 60 && s < 60;
  return exists ? date : null;
}

function hourOf(hour: string | undefined, half: string | undefined): Digits {
  if (hour === undefined || half === undefined) return hour;
  if (Number(hour) < 1 || Number(hour) > 12) return 24;
  return (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function shifted(date: Date | null, offset: string | undefined): Date | null {
  if (!date || offset === undefined || /^z$/i.test(offset)) return date;
  const [, sign, hours, minutes] = /^([+ -])(\d{2}):?(\d{2})$/.exec(offset) ?? [];
  const shift = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(date.getTime() + (sign === '-' ? shift : -shift));
}
