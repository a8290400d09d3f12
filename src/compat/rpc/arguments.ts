import { Unreadable } from '../../platform/errors/app-errors.js';
import { toBoolean } from '../../platform/http/coerce.js';
import { parseTime } from '../../platform/http/dates.js';
import { BODY_LIMITS, checkShape } from '../../platform/http/untrusted.js';

type JsonSchema = Record<string, unknown>;

/** How one kind of argument is read; throws {@link BadArgument} for what is none of that kind. */
export interface Parser<Value> {
  read: (given: unknown) => Value;
  /** As JSON; every argument may be its text too. */
  schema: JsonSchema;
}

/** One argument of a function. What is absent, null or blank takes the default. */
export interface Argument<Value> extends Parser<Value> {
  isRequired: boolean;
  absent: Value | undefined;
  aliases: readonly string[];
}

export type Arguments = Record<string, Argument<unknown>>;

export type Values<Args extends Arguments> = { [Name in keyof Args]: Args[Name] extends Argument<infer Value> ? Value : never };

/** What is wrong with an argument, so that it follows its name. */
export class BadArgument extends Error {
  /** Of the refusal. */
  readonly word: string = 'invalid-arguments';
}

export function required<Value>(parser: Parser<Value>, ...aliases: string[]): Argument<Value> {
  return { ...parser, isRequired: true, absent: undefined, aliases };
}

export function optional<Value, const Default>(
  parser: Parser<Value>,
  absent: Default,
  ...aliases: string[]
): Argument<Value | Default> {
  return { ...parser, isRequired: false, absent, aliases };
}

/** The number of an object. */
export const id: Parser<number> = {
  read: (given) => {
    const text = textOf(given).trim();
    if (!/^\d{1,15}$/.test(text) || Number(text) < 1) throw new BadArgument('must be an id');
    return Number(text);
  },
  schema: { type: 'integer', minimum: 1 },
};

/** The same, or a way of saying none: `false`, 0, -1. */
export const idOrNone: Parser<number | null> = {
  read: (given) => (isNone(given) ? null : id.read(given)),
  schema: { anyOf: [{ type: 'integer' }, { type: 'boolean', enum: [false] }] },
};

/** A list of them: JSON text, a list of PHP or jQuery, or separated by commas. */
export const ids: Parser<number[]> = {
  read: (given) => {
    const structure = structureOf(given);
    const list = Array.isArray(structure) ? structure : textOf(structure).split(',');
    if (list.length > MOST_ITEMS) throw new BadArgument(`must have at most ${MOST_ITEMS} items`);
    return [...new Set(list.map((item) => id.read(item)))];
  },
  schema: { type: 'array', items: { type: 'integer', minimum: 1 } },
};

export const text: Parser<string> = { read: textOf, schema: { type: 'string' } };

/** One of a few words. */
export const oneOf = (words: readonly string[]): Parser<string> => ({
  read: (given) => {
    const word = textOf(given).trim().toLowerCase();
    if (!words.includes(word)) throw new BadArgument(`must be one of ${words.join(', ')}`);
    return word;
  },
  schema: { type: 'string', enum: [...words] },
});

export const boolean: Parser<boolean> = {
  read: (given) => {
    const value = toBoolean(given);
    if (typeof value !== 'boolean') throw new BadArgument('must be true or false');
    return value;
  },
  schema: { type: 'boolean' },
};

export const integer: Parser<number> = {
  read: (given) => {
    const written = textOf(given).trim();
    if (!/^-?\d{1,15}$/.test(written)) throw new BadArgument('must be a number');
    return Number(written);
  },
  schema: { type: 'integer' },
};

/** A time, or the id of the last object that is known already: what is all digits is an id. */
export const timeOrId: Parser<Date | number> = {
  read: (given) => {
    const written = textOf(given).trim();
    if (/^\d{1,15}$/.test(written)) return Number(written);
    const time = parseTime(written);
    if (!time) throw new BadArgument('must be a time such as 2024-06-01 12:00:00, or an id');
    return time;
  },
  schema: { type: 'string' },
};

/** A list or object of anything, as text or nested. */
export const structure: Parser<object> = {
  read: (given) => {
    const value = structureOf(given);
    if (typeof value !== 'object' || value === null) throw new BadArgument('must be a list or an object');
    return value;
  },
  schema: { anyOf: [{ type: 'object' }, { type: 'array', items: {} }] },
};

export interface Link {
  name: string;
  url: string;
}

/** Pairs of a name and the address of a file elsewhere. */
export const links: Parser<Link[]> = {
  read: (given) => {
    const list = structureOf(given);
    if (!Array.isArray(list)) throw new BadArgument('must be a list of pairs of name and link');
    if (list.length > MOST_LINKS) throw new BadArgument(`must have at most ${MOST_LINKS} items`);
    return list.map((pair: unknown) => linkOf(structureOf(pair)));
  },
  schema: { type: 'array', items: { type: 'array', items: { type: 'string' } } },
};

const MOST_ITEMS = 1000;
const MOST_LINKS = 100;
const MOST_CHARACTERS = 2000;

function linkOf(pair: unknown): Link {
  const [name, url] = Array.isArray(pair) ? pair.map(textOf) : [];
  if (name === undefined || url === undefined) throw new BadArgument('must be a list of pairs of name and link');
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url) || url.length > MOST_CHARACTERS)
    throw new BadArgument('must have links that begin with http:// or https://');
  return { name: name.slice(0, 255), url };
}

/** The address of a page or file. */
export const url: Parser<string> = {
  read: (given) => {
    const address = textOf(given).trim();
    if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) throw new BadArgument('must begin with http:// or https://');
    if (address.length > MOST_CHARACTERS) throw new BadArgument(`must have at most ${MOST_CHARACTERS} characters`);
    return address;
  },
  schema: { type: 'string', format: 'uri' },
};

/** A status code of rpc-conventions.md section 2; `null` where it is to stay. Its refusal has a word of its own. */
export class BadStatus extends BadArgument {
  override readonly word = 'invalid-status-code';
}

export type StatusCode = 0 | 1 | 2 | 3 | 4;

export const status: Parser<StatusCode> = {
  read: (given) => {
    const code = Number(textOf(given).trim());
    if (code !== 0 && code !== 1 && code !== 2 && code !== 3 && code !== 4) throw new BadStatus('must be 0 to 4');
    return code;
  },
  schema: { type: 'integer', enum: [0, 1, 2, 3, 4] },
};

/** The same, or `false` for all of them. */
export const statusOrAll: Parser<StatusCode | null> = {
  read: (given) => (given === false || textOf(given).trim().toLowerCase() === 'false' ? null : status.read(given)),
  schema: {
    anyOf: [
      { type: 'integer', enum: [0, 1, 2, 3, 4] },
      { type: 'boolean', enum: [false] },
    ],
  },
};

export const statusOrSkip: Parser<StatusCode | 'skip'> = {
  read: (given) => (textOf(given).trim().toLowerCase() === 'skip' ? 'skip' : status.read(given)),
  schema: {
    anyOf: [
      { type: 'integer', enum: [0, 1, 2, 3, 4] },
      { type: 'string', enum: ['skip'] },
    ],
  },
};

/** True for what counts as not given. */
export function isAbsent(given: unknown): boolean {
  return given === undefined || given === null || (typeof given === 'string' && given.trim() === '');
}

function isNone(given: unknown): boolean {
  return given === false || ['false', '0', '-1'].includes(textOf(given).trim().toLowerCase());
}

function textOf(given: unknown): string {
  if (typeof given === 'string') return given;
  if (typeof given === 'number' || typeof given === 'boolean') return String(given);
  throw new BadArgument('must be text');
}

/** Text that is JSON as what it says, and what PHP makes of a list as the list that it was. */
export function structureOf(given: unknown): unknown {
  return asLists(typeof given === 'string' && /^\s*[[{]/.test(given) ? parsed(given) : given);
}

function parsed(written: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw new BadArgument('must be JSON that can be read');
  }
  try {
    checkShape(value, BODY_LIMITS);
  } catch (error) {
    if (error instanceof Unreadable) throw new BadArgument('must be JSON without keys and characters that are not allowed');
    throw error;
  }
  return value;
}

function asLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asLists);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, asLists(inner)]);
  const isList = entries.length > 0 && entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
