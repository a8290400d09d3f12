import { CODE, newCode } from '../platform/crypto/short-code.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { LANGUAGE } from '../platform/http/languages.js';
import { refusalOf, type Condition } from './conditions.js';

/** What an automation does; the words are those of the documents. */
export const AUTOMATION_KINDS = ['emails', 'sms', 'messages', 'popups', 'design'] as const;
export type AutomationKind = (typeof AUTOMATION_KINDS)[number];

/** Those that the desk carries out itself; the others are shown by whoever shows the page. */
export const CARRIED_OUT = ['emails', 'sms', 'messages'] as const satisfies AutomationKind[];

/** What an automation says or shows, by the names of the documents. */
export type Content = Record<string, string>;

export interface GivenAutomation {
  code: string;
  kind: AutomationKind;
  name: string;
  conditions: Condition[];
  content: Content;
}

/** By the code of an automation and the language. */
export type GivenTranslations = Map<string, Record<string, Content>>;

export const MOST_AUTOMATIONS = 500;
const MOST_CONDITIONS = 50;
const MOST_PIECES = 40;
export const MOST_LETTERS_OF_MESSAGE = 20_000;
const MOST_LETTERS = 2000;
const MOST_LETTERS_OF_NAME = 255;
const MOST_LANGUAGES = 100;

/** Fields of the documents that are no content. */
const OTHER_FIELDS = new Set(['id', 'conditions', 'type', 'repeat_id']);

const ADDRESSES = new Set(['profile_image', 'background', 'brand', 'icon']);

/** Reads automations by their kinds, in their order. Throws `Invalid`. */
export function readAutomations(given: object): GivenAutomation[] {
  const read = Object.entries(given).flatMap(([name, list]: [string, unknown]) => {
    const kind = AUTOMATION_KINDS.find((known) => known === name.trim());
    if (!kind) throw Invalid.field('automations', `must be lists by ${AUTOMATION_KINDS.join(', ')}`);
    return objectsIn(list, 'automations').map((one) => readAutomation(one, kind));
  });
  if (read.length > MOST_AUTOMATIONS) throw Invalid.field('automations', `must be at most ${MOST_AUTOMATIONS}`);
  if (new Set(read.map(({ code }) => code)).size < read.length) throw Invalid.field('automations', 'must not have two of one id');
  return read;
}

function readAutomation(one: Record<string, unknown>, kind: AutomationKind): GivenAutomation {
  const { name, ...content } = readContent(without(one), 'automations');
  return {
    code: readCode(one['id']) ?? newCode(),
    kind,
    name: nameOf(name),
    conditions: readConditions(one['conditions']),
    content,
  };
}

function nameOf(name = ''): string {
  if (name.length > MOST_LETTERS_OF_NAME) throw Invalid.field('name', `must have at most ${MOST_LETTERS_OF_NAME} characters`);
  return name.trim();
}

/** The id of an automation; null where none is given. Throws `Invalid` for what is none. */
export function readCode(id: unknown): string | null {
  if (id === undefined || id === null || id === '') return null;
  const code = typeof id === 'number' ? String(id) : id;
  if (typeof code !== 'string' || !CODE.test(code)) throw Invalid.field('id', 'must be at most 40 letters and digits');
  return code;
}

/** Translations by language and kind. Throws `Invalid`. */
export function readTranslations(given: object): GivenTranslations {
  const read: GivenTranslations = new Map();
  for (const [language, kinds] of Object.entries(given) as [string, unknown][])
    for (const list of Object.values(objectIn(kinds)))
      for (const one of objectsIn(list, 'translations')) {
        const code = readCode(one['id']) ?? '';
        read.set(code, { ...read.get(code), [readLanguage(language)]: readContent(without(one), 'translations') });
      }
  return read;
}

/** Translations of one automation by language. Throws `Invalid`. */
export function readLanguages(given: object): Record<string, Content> {
  const entries = Object.entries(given) as [string, unknown][];
  if (entries.length > MOST_LANGUAGES) throw Invalid.field('translations', `must be at most ${MOST_LANGUAGES}`);
  return Object.fromEntries(
    entries.map(([language, content]) => [readLanguage(language), readContent(objectIn(content), 'translations')]),
  );
}

function readLanguage(name: string): string {
  const language = name.trim().toLowerCase();
  if (!LANGUAGE.test(language)) throw Invalid.field('translations', 'must be by language, such as es or pt-br');
  return language;
}

/** Conditions as lists of texts, or as forms write such lists. Throws `Invalid`. */
export function readConditions(given: unknown): Condition[] {
  const listed = itemsOf(given ?? []);
  if (!listed || listed.length > MOST_CONDITIONS)
    throw Invalid.field('conditions', `must be a list of at most ${MOST_CONDITIONS}`);
  return listed.map((one) => {
    const parts = itemsOf(one)?.map(textOf);
    if (!parts || parts.length === 0 || !parts.every((part) => part !== null && part.length <= MOST_LETTERS))
      throw Invalid.field('conditions', 'must be lists of a name, a way to look at it and a value');
    const condition = parts.map((part) => (part ?? '').trim());
    const refusal = refusalOf(condition);
    if (refusal !== null) throw Invalid.field('conditions', `${(condition[0] ?? '').slice(0, 40)} ${refusal}`);
    return condition;
  });
}

/** Texts by name; numbers and switches are as good as theirs. Throws `Invalid`. */
export function readContent(given: Record<string, unknown>, field: string): Content {
  const entries = Object.entries(given);
  if (entries.length > MOST_PIECES) throw Invalid.field(field, `must have at most ${MOST_PIECES} fields each`);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const text = value === null ? '' : textOf(value);
      const most = name === 'message' ? MOST_LETTERS_OF_MESSAGE : MOST_LETTERS;
      if (!CODE.test(name) || text === null || text.length > most)
        throw Invalid.field(field, `must have texts of at most ${most} characters: ${name.slice(0, 40)} has none`);
      if (ADDRESSES.has(name) && text !== '' && !/^https?:\/\/\S+$/i.test(text))
        throw Invalid.field(field, `must have an address in ${name} that begins with http:// or https://`);
      return [name, text];
    }),
  );
}

const without = (one: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(one).filter(([name]) => !OTHER_FIELDS.has(name)));

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function itemsOf(given: unknown): unknown[] | null {
  if (Array.isArray(given)) return given as unknown[];
  const isNumbered = typeof given === 'object' && given !== null && Object.keys(given).every((key) => /^\d+$/.test(key));
  return isNumbered ? Object.values(given) : null;
}

function objectIn(given: unknown): Record<string, unknown> {
  // PHP writes an empty object as an empty list.
  if (Array.isArray(given) && given.length === 0) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw Invalid.field('translations', 'must be objects by language');
  return given as Record<string, unknown>;
}

function objectsIn(list: unknown, field: string): Record<string, unknown>[] {
  const items = itemsOf(list ?? []);
  const isList = items?.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (!items || !isList) throw Invalid.field(field, 'must be lists of objects');
  return items as Record<string, unknown>[];
}
