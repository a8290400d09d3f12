import { htmlOfText } from '../../platform/html/sanitize.js';

/** What templates may name, as in `{{ticket.id}}`; a field that is not known stays as it is written. */
export const MERGE_FIELDS = {
  'ticket.id': 'The number of the ticket.',
  'ticket.subject': 'Its subject, without `Re:`.',
  'ticket.url': 'Where it is found on the desk.',
  'requester.name': 'Who has opened it; his address if he has given no name.',
  'requester.email': 'His address.',
  'recipient.name': 'To whom the mail goes; his address if the desk knows no name.',
  'agent.name': 'Who has written the message that the mail carries.',
  'company.name': 'The company.',
} as const;

/** What the fields stand for in one mail. */
export type MergeValues = Partial<Record<string, string>>;

const FIELD = /\{\{\s*([a-z_]+\.[a-z_]+)\s*\}\}/g;

/** What a template names that is no field: it would be sent as it is written. */
export function unknownFieldsOf(template: string): string[] {
  const named = [...template.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name = '']) => name);
  return named.filter((name) => !Object.hasOwn(MERGE_FIELDS, name));
}

/** A template as text. What a field brings in is not looked at again, whatever it looks like. */
export function merge(template: string, values: MergeValues): string {
  return template.replace(FIELD, (whole, name: string) => values[name] ?? whole);
}

/** The same as html: of the template and of what the fields bring in, every sign stands for itself. */
export function mergeHtml(template: string, values: MergeValues): string {
  return htmlOfText(merge(template, values));
}
