import { Invalid } from '../platform/errors/app-errors.js';
import { subjectSql } from '../tickets/ticket.view.js';

/** What a rule can look at. */
export const RULE_FIELDS = ['requester_email', 'delivered_to', 'subject', 'body'] as const;
export type RuleField = (typeof RULE_FIELDS)[number];

/** What a rule looks for; a field that is not there or empty does not matter. */
export type Needles = Partial<Record<RuleField, string>>;

/** The fields that matter, with what is looked for. Throws `Invalid` when there are none: the rule would mean every ticket. */
export function usedFields(needles: Needles): [field: RuleField, needle: string][] {
  const used = RULE_FIELDS.map((field): [RuleField, string] => [field, needles[field] ?? '']).filter(
    ([, needle]) => needle !== '',
  );
  if (used.length === 0) throw Invalid.field('base', `at least one of ${RULE_FIELDS.join(', ')} is needed`);
  return used;
}

/** Where each field is looked for: in the row `t` of tickets, for a statement that joins {@link PLACE_JOINS}. */
export const PLACES: Record<RuleField, string> = {
  requester_email: `coalesce(req.email, '')`,
  delivered_to: `coalesce(t.source_address, '')`,
  subject: subjectSql('t'),
  body: 'm.text',
};

// Left joins, so that Postgres leaves out what no field at hand needs.
export const PLACE_JOINS = `
  left join users req on req.company_id = t.company_id and req.id = t.requester_id
  left join messages m on m.company_id = t.company_id and m.ticket_id = t.id and m.kind = 'opening'`;

/** The one rule of matching: contained, whatever the case. `place` is in lower case already; an empty needle is in every place. */
export const containsSql = (place: string, needle: string): string => `strpos(${place}, lower(${needle})) > 0`;
