import { CODE } from '../../../platform/crypto/short-code.js';
import { cleanHtml } from '../../../platform/html/sanitize.js';
import { BadArgument, boolean, integer, optional, required, structure, text, type Parser } from '../arguments.js';
import { fn, Written, type RpcCall, type RpcFunction } from '../function.js';
import { ARTICLES_SQL, CATEGORIES_SQL, FOUND_ARTICLES_SQL, TRANSLATIONS_SQL } from '../shapes/articles.js';

const ALL = 'all';
const MOST = 1000;

/** The id of an article, which is no number. */
const code: Parser<string> = {
  read: (given) => {
    const written = text.read(given).trim();
    if (!CODE.test(written)) throw new BadArgument('must be an id');
    return written;
  },
  schema: { type: 'string', maxLength: 40 },
};

const codeOrNone: Parser<string | null> = {
  read: (given) => (['-1', 'false'].includes(text.read(given).trim().toLowerCase()) ? null : code.read(given)),
  schema: { type: 'string', maxLength: 40 },
};

const language: Parser<string | null> = {
  read: (given) => {
    const written = text.read(given).trim().toLowerCase();
    return written === 'false' ? null : written;
  },
  schema: { type: 'string' },
};

/** Whether categories are told too, or the one to which articles are limited. */
const categories: Parser<string | boolean> = {
  read: (given) => {
    const written = text.read(given).trim();
    return written === 'true' || written === '1' ? true : written === 'false' || written === '0' ? false : code.read(written);
  },
  schema: { anyOf: [{ type: 'boolean' }, { type: 'string' }] },
};

/** 1 for a good one, 0 for a bad one, `false` for none. PHP writes `false` as 0, which then counts as the document says. */
const vote: Parser<number | null> = {
  read: (given) => (text.read(given).trim().toLowerCase() === 'false' ? null : integer.read(given)),
  schema: { anyOf: [integer.schema, { type: 'boolean', enum: [false] }] },
};

type Item = { content: string };
type Params = [language: string | null, count: number, isFull: boolean, ...more: unknown[]];

/** The answer of a statement; what was cleaned under older rules is cleaned again. */
async function read<Answer>({ actor, desk }: RpcCall, sql: string, params: Params): Promise<Answer> {
  const [found] = await desk.house.db.query<{ view: string; stale: boolean }>(sql, [actor.companyId, ...params]);
  const cleaned = (key: string, value: unknown) => (key === 'content' && typeof value === 'string' ? cleanHtml(value) : value);
  const mustClean = found?.stale === true && params[2];
  return JSON.parse(found?.view ?? 'null', mustClean ? cleaned : undefined) as Answer;
}

async function categoriesOf({ actor, desk }: RpcCall): Promise<unknown> {
  return JSON.parse((await desk.view(CATEGORIES_SQL, [actor.companyId])) ?? '[]') as unknown;
}

// A list may stand under the name of what it lists.
const listIn = (given: object, name: string): unknown => (name in given ? (given as Record<string, unknown>)[name] : given);

interface Wanted {
  id: string | null;
  count: number | null;
  full: boolean;
  categories: string | boolean;
  articles_language: string | null;
}

async function articles(call: RpcCall, wanted: Wanted): Promise<unknown> {
  const isAll = wanted.articles_language === ALL;
  const category = typeof wanted.categories === 'string' ? wanted.categories : null;
  const most = Math.min(Math.max(wanted.count ?? MOST, 0), MOST);
  const params: Params = [isAll ? null : wanted.articles_language, most, wanted.full, wanted.id, category];
  const list = await read<Item[]>(call, ARTICLES_SQL, params);
  const told = wanted.id === null ? list : (list[0] ?? false);
  const beside = [
    ...(wanted.categories === true ? [await categoriesOf(call)] : []),
    ...(isAll ? [await read<unknown>(call, TRANSLATIONS_SQL, params)] : []),
  ];
  return beside.length === 0 ? told : [told, ...beside];
}

/** The group "articles" of reference/rpc-functions.json. */
export const ARTICLES = {
  'get-articles': fn({
    scope: 'articles:read',
    rest: 'none',
    args: {
      id: optional(codeOrNone, null),
      count: optional(integer, null),
      full: optional(boolean, false),
      categories: optional(categories, false),
      articles_language: optional(language, null),
    },
    run: articles,
  }),
  'save-articles': fn({
    scope: 'articles:write',
    rest: 'none',
    args: { articles: required(structure), translations: optional(structure, null) },
    run: async ({ actor, desk }, a) => {
      await desk.house.articles.replace(actor, listIn(a.articles, 'articles'), a.translations);
      return true;
    },
  }),
  'search-articles': fn({
    scope: 'articles:read',
    rest: 'none',
    args: { search: required(text), articles_language: optional(language, null) },
    run: (call, a) => {
      const isAll = a.articles_language === ALL;
      return read<Item[]>(call, FOUND_ARTICLES_SQL, [isAll ? null : a.articles_language, MOST, false, a.search, isAll]);
    },
  }),
  'get-articles-categories': fn({
    scope: 'articles:read',
    rest: 'none',
    args: {},
    run: async ({ actor, desk }) => new Written((await desk.view(CATEGORIES_SQL, [actor.companyId])) ?? '[]'),
  }),
  'save-articles-categories': fn({
    scope: 'articles:write',
    rest: 'none',
    isBare: true,
    args: { categories: required(structure) },
    run: async ({ actor, desk }, a) => {
      await desk.house.articles.replaceCategories(actor, listIn(a.categories, 'categories'));
      return true;
    },
  }),
  'article-ratings': fn({
    scope: 'articles:read',
    rest: 'none',
    args: { article_id: required(code), rating: optional(vote, null) },
    run: async ({ actor, desk }, a) => {
      if (a.rating === null) return JSON.stringify(await desk.house.articles.ratings(actor, a.article_id));
      await desk.house.articles.rate(actor, a.article_id, a.rating > 0);
      return true;
    },
  }),
} satisfies Record<string, RpcFunction>;
