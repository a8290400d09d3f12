import { BadArgument, ids, oneOf, structureOf, text, type Parser } from './arguments.js';

/** mapping.md section 4; the bot is nobody's to make. */
export const USER_TYPES = ['visitor', 'lead', 'user', 'agent', 'admin'] as const;
export type UserType = (typeof USER_TYPES)[number];

/** Whatever it is, as it was given. */
export const anything: Parser<unknown> = { read: structureOf, schema: {} };

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

function isWord(given: unknown, word: string): boolean {
  return (typeof given === 'string' || typeof given === 'number') && String(given).trim().toLowerCase() === word;
}

function isFalse(given: unknown): boolean {
  return given === false || isWord(given, 'false') || isWord(given, '0');
}
