import { CODE, newCode } from '../platform/crypto/short-code.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { prepareContent, type PreparedContent } from '../platform/html/content.js';
import { LANGUAGE } from '../platform/http/languages.js';

export interface GivenArticle {
  code: string;
  title: string;
  content: PreparedContent;
  link: string;
  categories: string[];
}

export interface GivenCategory {
  code: string;
  title: string;
}

const MOST = 1000;
const MOST_LETTERS_OF_TITLE = 500;
const MOST_CHARACTERS = 500_000;

/** Reads a list of articles. Throws `Invalid` for what is none, and for two of one id. */
export function readArticles(list: unknown, field = 'articles'): GivenArticle[] {
  return unique(
    listOf(list, field).map((one) => readArticle(one, field)),
    field,
  );
}

/** Reads one article. Throws `Invalid`. */
export function readOne(one: object): GivenArticle {
  return readArticle({ ...one }, 'article');
}

/** Reads what an article says in other languages, `{title, content}` by language. Throws `Invalid`. */
export function readTexts({ code }: GivenArticle, given: object): Map<string, GivenArticle> {
  const lists = Object.entries(given).map(([language, text]: [string, unknown]) => {
    const isText = typeof text === 'object' && text !== null && !Array.isArray(text);
    if (!isText) throw Invalid.field('translations', 'must be by language, each with a title and content');
    return [language, [{ ...text, id: code }]] as const;
  });
  const read = [...readTranslations(Object.fromEntries(lists))];
  return new Map(read.flatMap(([language, texts]) => texts.map((text) => [language, text] as const)));
}

export function readCategories(list: unknown): GivenCategory[] {
  const read = listOf(list, 'categories').map((one) => ({ code: codeOf(one, 'categories'), title: titleOf(one, 'categories') }));
  return unique(read, 'categories');
}

/** Articles by language. Throws `Invalid`. */
export function readTranslations(given: object): Map<string, GivenArticle[]> {
  return new Map(
    Object.entries(given).map(([name, list]: [string, unknown]) => {
      const language = name.trim().toLowerCase();
      if (!LANGUAGE.test(language)) throw Invalid.field('translations', 'must be by language, such as es or pt-br');
      return [language, readArticles(list, 'translations')];
    }),
  );
}

function readArticle(one: Record<string, unknown>, field: string): GivenArticle {
  const { content = '', link = '', categories = [] } = one;
  if (typeof content !== 'string' || content.length > MOST_CHARACTERS)
    throw Invalid.field(field, `must have content of at most ${MOST_CHARACTERS} characters`);
  if (typeof link !== 'string' || (link !== '' && !/^https?:\/\/\S{1,2000}$/i.test(link)))
    throw Invalid.field(field, 'must have links that begin with http:// or https://');
  const codes = Array.isArray(categories) ? categories : [categories];
  if (codes.length > MOST || !codes.every((code): code is string => typeof code === 'string' && (code === '' || CODE.test(code))))
    throw Invalid.field(field, 'must have categories that are ids');
  const named = codes.filter((code) => code !== '');
  return {
    code: codeOf(one, field),
    title: titleOf(one, field),
    content: prepareContent({ html: content }),
    link,
    categories: named,
  };
}

function listOf(list: unknown, field: string): Record<string, unknown>[] {
  const isList = Array.isArray(list) && list.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (!isList) throw Invalid.field(field, 'must be a list of objects');
  if (list.length > MOST) throw Invalid.field(field, `must be at most ${MOST}`);
  return list as Record<string, unknown>[];
}

function codeOf({ id }: Record<string, unknown>, field: string): string {
  if (id === undefined || id === null || id === '') return newCode();
  const code = typeof id === 'number' ? String(id) : id;
  if (typeof code !== 'string' || !CODE.test(code)) throw Invalid.field(field, 'must have ids of at most 40 letters and digits');
  return code;
}

function titleOf({ title }: Record<string, unknown>, field: string): string {
  const read = typeof title === 'string' ? title.trim() : '';
  if (read === '' || read.length > MOST_LETTERS_OF_TITLE)
    throw Invalid.field(field, `must have titles of at most ${MOST_LETTERS_OF_TITLE} characters`);
  return read;
}

function unique<Coded extends { code: string }>(list: Coded[], field: string): Coded[] {
  if (new Set(list.map(({ code }) => code)).size < list.length) throw Invalid.field(field, 'must not have two of one id');
  return list;
}
