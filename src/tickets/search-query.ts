import { Invalid } from '../platform/errors/app-errors.js';
import { parseTime } from '../platform/http/dates.js';

export const STATES = [
  'open',
  'archived',
  'unanswered',
  'answered',
  'spam',
  'trash',
  'starred',
  'assigned',
  'unassigned',
] as const;
export type StateWord = (typeof STATES)[number];

type TermBody =
  | { kind: 'word' | 'phrase' | 'prefix'; text: string }
  | { kind: 'from' | 'label' | 'assignee' | 'team'; text: string }
  | { kind: 'is'; state: StateWord }
  | { kind: 'before' | 'after'; time: Date }
  | { kind: 'has-attachment' };

/** One condition of a search; all of them must hold. */
export type Term = TermBody & { isNegated: boolean };

export const QUERY_LANGUAGE = `Words must all occur, anywhere in subject, texts, requester or file names; case and accents do not matter.
\`"quoted words"\` must stand together, \`print*\` finds beginnings, a number also finds the ticket with that id.
\`from:jane\` (part of the requester's address or name), \`label:urgent\`, \`assignee:me|none|any|address\`, \`team:mine|none|any|name\`,
\`is:${STATES.join('|')}\`, \`before:2026-01-31\`, \`after:2026-01-01\` (last activity), \`has:attachment\`. A leading \`-\` negates; values with blanks are quoted:
\`label:"on hold"\`.`;

const MAX_TERMS = 30;
const TOKEN = /(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/giu;

/** Reads a query in the language above. Throws `Invalid` on a value that its key does not know, and on more than 30 terms. */
export function parseQuery(text: string): Term[] {
  const terms: Term[] = [];
  for (const [, minus, key, quoted, bare] of text.matchAll(TOKEN)) {
    const value = (quoted ?? bare ?? '').trim();
    if (value === '') continue;
    terms.push({ ...readTerm(key?.toLowerCase(), value, quoted !== undefined), isNegated: minus === '-' });
  }
  if (terms.length > MAX_TERMS) throw Invalid.field('query', `must have at most ${MAX_TERMS} terms`);
  return terms;
}

function readTerm(key: string | undefined, value: string, isQuoted: boolean): TermBody {
  switch (key) {
    case 'from':
    case 'label':
    case 'assignee':
    case 'team':
      return { kind: key, text: value };
    case 'before':
    case 'after':
      return { kind: key, time: timeOf(key, value) };
    case 'is':
      return { kind: 'is', state: stateOf(value) };
    case 'has':
      if (!/^attachments?$/i.test(value)) throw Invalid.field('query', 'has: knows only attachment');
      return { kind: 'has-attachment' };
    default:
      // `http://example.com` is a word, not a key.
      return wordTerm(key === undefined ? value : `${key}:${value}`, isQuoted);
  }
}

function wordTerm(value: string, isQuoted: boolean): TermBody {
  if (isQuoted) return { kind: 'phrase', text: value };
  const stem = value.replace(/\*+$/, '');
  return value.endsWith('*') && /[\p{L}\p{N}]/u.test(stem) ? { kind: 'prefix', text: stem } : { kind: 'word', text: value };
}

function stateOf(value: string): StateWord {
  const state = STATES.find((known) => known === value.toLowerCase());
  if (!state) throw Invalid.field('query', `is: must be one of ${STATES.join(', ')}`);
  return state;
}

function timeOf(key: string, value: string): Date {
  const time = parseTime(value);
  if (!time) throw Invalid.field('query', `${key}: must be a time such as 2026-01-31`);
  return time;
}
