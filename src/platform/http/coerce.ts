const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

/** Blank text means that the field was not given. */
export function absentIfBlank(value: unknown): unknown {
  return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value;
}

/** Booleans arrive as text and numbers too; what is none of them comes back as it was, for the validator to refuse. */
export function toBoolean(value: unknown): unknown {
  const given = absentIfBlank(value);
  if (typeof given !== 'string' && typeof given !== 'number') return given;
  const word = String(given).trim().toLowerCase();
  return TRUE.has(word) ? true : FALSE.has(word) ? false : given;
}

/** Decimal text as a number; anything else comes back as it was. */
export function toInteger(value: unknown): unknown {
  const given = absentIfBlank(value);
  if (typeof given !== 'string') return given;
  return /^-?\d{1,15}$/.test(given.trim()) ? Number(given.trim()) : given;
}

/** A list may be a list, comma separated text, or a form's `{"0": a, "1": b}`. */
export function toList(value: unknown): unknown {
  const given = absentIfBlank(value);
  if (given === undefined || Array.isArray(given)) return given;
  if (typeof given === 'object' && given !== null) return Object.values(given);
  if (typeof given !== 'string') return [given];
  return given
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
