import { Invalid } from '../platform/errors/app-errors.js';
import { toBoolean, toInteger } from '../platform/http/coerce.js';
import { isKnown, settingOf, type KnownSetting, type SettingKey } from './catalogue.js';

/** What is shown instead of a secret, and what leaves one as it is when it comes back. */
export const MASK = '********';

/** One setting as it is to be kept; the type is what programs have called one that the desk does not know. */
export interface GivenSetting {
  value: unknown;
  type?: string;
}

/** Null stands for what is to be forgotten, so that the default holds again. */
export type GivenSettings = Map<string, GivenSetting | null>;

export const MOST_SETTINGS = 500;
const MOST_CHARACTERS = 2000;
const MOST_BYTES = 65_536;
const KEY = /^[\w.:-]{1,100}$/;
export const COLOR = /^(#[\da-f]{3,8}|rgba?\([\d\s.,%]{5,40}\))$/i;

/** Reads all of them as they are to be kept. Throws `Invalid` with everything that is wrong. */
export function checkSettings(given: GivenSettings): GivenSettings {
  const problems: Record<string, string[]> = {};
  const checked: GivenSettings = new Map();
  for (const [key, setting] of given) {
    const read = setting === null ? null : readOne(key, setting);
    if (typeof read === 'string') problems[KEY.test(key) ? key : 'settings'] = [read];
    else checked.set(key, read);
  }
  if (given.size > MOST_SETTINGS) problems['settings'] = [`must be at most ${MOST_SETTINGS}`];
  if (Object.keys(problems).length > 0) throw new Invalid(problems);
  return checked;
}

/** A text says what is wrong. */
function readOne(key: string, { value, type }: GivenSetting): GivenSetting | string {
  if (isKnown(key)) return readKnown(settingOf(key), value);
  if (!KEY.test(key)) return 'must have keys of at most 100 letters, digits and the signs . : _ -';
  if (Buffer.byteLength(JSON.stringify(value ?? null)) > MOST_BYTES) return `must be at most ${MOST_BYTES} bytes of JSON`;
  return { value: value ?? null, type: (type ?? 'text').slice(0, 50) };
}

function readKnown({ type, words, range }: KnownSetting, value: unknown): GivenSetting | string {
  if (type === 'checkbox') {
    const read = value === '' || value === null ? false : toBoolean(value);
    return typeof read === 'boolean' ? { value: read } : 'must be true or false';
  }
  if (range) return readNumber(range, value);
  if (typeof value !== 'string' && typeof value !== 'number') return 'must be text';
  const text = String(value).trim();
  if (text.length > MOST_CHARACTERS) return `must have at most ${MOST_CHARACTERS} characters`;
  if (words && !words.includes(text)) return `must be one of ${words.join(', ')}`;
  if (type === 'color' && !COLOR.test(text)) return 'must be a colour such as #0a6ebd';
  return { value: text };
}

function readNumber([least, most]: readonly [number, number], value: unknown): GivenSetting | string {
  const number = toInteger(value);
  if (typeof number !== 'number' || number < least || number > most) return `must be a number from ${least} to ${most}`;
  return { value: number };
}

/** The value that holds. A program may have kept something else under the key before the desk came to know it: then it is the default. */
export function heldValue(key: SettingKey, value: unknown): unknown {
  const { default: standard, words } = settingOf(key);
  const fits = typeof value === typeof standard && (words === undefined || words.includes(String(value)));
  return fits ? value : standard;
}
