import { isAddress } from '../../users/addresses.js';
import type { Detail } from '../../users/user-details.js';
import { PERSON_TYPES, type PersonType } from '../../users/profiles.service.js';
import { BadArgument, ids, oneOf, structureOf, text, type Parser } from './arguments.js';

/** Whatever it is, as it was given, but that `false` is no text. */
export const anything: Parser<unknown> = { read: (given) => (isWord(given, 'false') ? false : structureOf(given)), schema: {} };

/** A list of texts: JSON text, a list of PHP or jQuery, or separated by commas. */
export const words: Parser<string[]> = {
  read: (given) => {
    const structure = structureOf(given);
    const list = Array.isArray(structure) ? structure : text.read(structure).split(',');
    if (list.length > MOST_WORDS) throw new BadArgument(`must have at most ${MOST_WORDS} items`);
    return [...new Set(list.map((item) => text.read(item).trim()).filter((word) => word !== ''))];
  },
  schema: { type: 'array', items: { type: 'string' } },
};

/** Such a list of some few words; `null` for all of them. */
export const someOf = (known: readonly string[]): Parser<string[] | null> => ({
  read: (given) => (isWord(given, 'all') || isFalse(given) ? null : words.read(given).map((word) => oneOf(known).read(word))),
  schema: {
    anyOf: [
      { type: 'array', items: { type: 'string', enum: [...known] } },
      { type: 'string', enum: ['all'] },
    ],
  },
});

/** Ids, or `false` for whomever. */
export const idsOrAll: Parser<number[] | null> = {
  read: (given) => (isFalse(given) ? null : ids.read(given)),
  schema: { anyOf: [ids.schema, { type: 'boolean', enum: [false] }] },
};

/** The same, or one of two words. */
export const idsOrStaff: Parser<number[] | 'agents' | null> = {
  read: (given) => (isWord(given, 'agents') ? 'agents' : isWord(given, 'all') ? null : idsOrAll.read(given)),
  schema: { anyOf: [ids.schema, { type: 'string', enum: ['all', 'agents'] }, { type: 'boolean', enum: [false] }] },
};

/** True for all details, `false` for none, or the slugs of some. */
export const detailsWanted: Parser<string[] | boolean> = {
  read: (given) => {
    if (isFalse(given)) return false;
    return given === true || isWord(given, 'true') || isWord(given, '1') ? true : words.read(given);
  },
  schema: { anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'string' } }] },
};

/** `["column","order"]`. */
export const sorting = (columns: readonly string[]): Parser<[string, 'asc' | 'desc']> => ({
  read: (given) => {
    const [column = '', order = 'asc'] = words.read(given);
    return [oneOf(columns).read(column), oneOf(['asc', 'desc']).read(order) === 'desc' ? 'desc' : 'asc'];
  },
  schema: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 },
});

/** The slug of a detail; `null` for all. */
export const slugOrAll: Parser<string | null> = {
  read: (given) => (isFalse(given) ? null : text.read(given).trim()),
  schema: { anyOf: [{ type: 'string' }, { type: 'boolean', enum: [false] }] },
};

const MOST_WORDS = 1000;
const MOST_OF_A_PASSWORD = 1000;

function isWord(given: unknown, word: string): boolean {
  return (typeof given === 'string' || typeof given === 'number') && String(given).trim().toLowerCase() === word;
}

function isFalse(given: unknown): boolean {
  return given === false || isWord(given, 'false') || isWord(given, '0');
}

class BadUserType extends BadArgument {
  override readonly word = 'invalid-user-type';
}

export const userType: Parser<PersonType> = {
  read: (given) => {
    const word = text.read(given).trim().toLowerCase();
    const type = PERSON_TYPES.find((known) => known === word);
    if (type === undefined) throw new BadUserType(`must be one of ${PERSON_TYPES.join(', ')}`);
    return type;
  },
  schema: { type: 'string', enum: [...PERSON_TYPES] },
};

/** A text of one line that is not endless. */
export const short = (most: number): Parser<string> => ({
  read: (given) => {
    const said = text.read(given).trim();
    if (said.length > most) throw new BadArgument(`must have at most ${most} characters`);
    return said;
  },
  schema: { type: 'string', maxLength: most },
});

/** As it was typed, blanks and all. */
export const password: Parser<string> = {
  read: (given) => {
    const typed = text.read(given);
    if (typed.length > MOST_OF_A_PASSWORD) throw new BadArgument(`must have at most ${MOST_OF_A_PASSWORD} characters`);
    return typed;
  },
  schema: { type: 'string', format: 'password', maxLength: 1000 },
};

/** An address; `null` where the text NULL takes it away. */
export const emailOrNull: Parser<string | null> = {
  read: (given) => {
    const address = text.read(given).trim();
    if (address.toUpperCase() === 'NULL') return null;
    if (!isAddress(address)) throw new BadArgument('must be an e-mail address');
    return address;
  },
  schema: {
    anyOf: [
      { type: 'string', format: 'email' },
      { type: 'string', enum: ['NULL'] },
    ],
  },
};

const MOST_DETAILS = 100;

/** `{"phone": ["+39…", "Phone"]}`; the name may be left out. */
export const details: Parser<Detail[]> = {
  read: (given) => {
    const structure = structureOf(given);
    if (typeof structure !== 'object' || structure === null) throw new BadArgument('must be an object of details');
    const entries = Object.entries(structure);
    if (Array.isArray(structure) && entries.length > 0) throw new BadArgument('must be an object of details');
    if (entries.length > MOST_DETAILS) throw new BadArgument(`must have at most ${MOST_DETAILS} details`);
    return entries.map(([slug, told]: [string, unknown]) => detailOf(slug.trim(), told));
  },
  schema: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] } },
};

function detailOf(slug: string, told: unknown): Detail {
  const [value, name] = Array.isArray(told) ? (told as unknown[]) : [told];
  if (slug === '') throw new BadArgument('must have details with a name');
  const known = name === undefined || name === null || name === '' ? nameOf(slug) : short(255).read(name);
  return { slug: short(255).read(slug), name: known, value: value === null ? '' : short(5000).read(value) };
}

function nameOf(slug: string): string {
  const spaced = slug.replace(/[-_]+/g, ' ');
  return `${spaced.slice(0, 1).toUpperCase()}${spaced.slice(1)}`;
}
