import { merge } from '../emails/outbound/merge-fields.js';
import type { Content } from './given-automations.js';
import { languageOf, type Person } from './visitors.js';

/** What an automation says to people who speak a language: what is not translated is said as it was written. */
export function contentFor(
  person: Pick<Person, 'details'> | null,
  content: Content,
  translations: Record<string, Content>,
): Content {
  const language = person ? languageOf(person) : '';
  const translated = translations[language] ?? translations[language.split('-')[0] ?? ''] ?? {};
  const said = Object.entries(translated).filter(([, text]) => typeof text === 'string' && text !== '');
  return { ...content, ...Object.fromEntries(said) };
}

/** Spellings of Support Board. */
const ALIASES: Record<string, string> = { '{user_name}': '{{recipient.name}}', '{user_email}': '{{recipient.email}}' };

/** A text with its merge fields filled in for one person. */
export function mergeFor({ name, email }: Person, company: { name: string }, text: string): string {
  const spelled = Object.entries(ALIASES).reduce((left, [alias, field]) => left.replaceAll(alias, field), text);
  return merge(spelled, {
    'recipient.name': name ?? email ?? '',
    'recipient.email': email ?? '',
    'company.name': company.name,
  });
}
