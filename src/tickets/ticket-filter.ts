import type { Actor } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { ticketVisibleSql } from '../access/visibility.js';
import { SqlParams } from '../platform/database/sql-params.js';
import type { Term } from './search-query.js';
import { labelSql, OWN_TEAMS_SQL, termSql } from './search-terms.js';

/** Whether a list holds tickets in a state: none of them, only them, or both kinds. */
export type Switch = 'none' | 'only' | 'any';

export type SortKey = 'last_activity' | 'creation_time';

/** Which tickets a list holds; what is undefined does not matter. */
export interface TicketFilter {
  archived: Switch;
  spam: Switch;
  trash: Switch;
  hasReplies?: boolean;
  maxReplies?: number;
  assignedUser?: number | 'me' | 'any' | 'none';
  assignedTeam?: number | 'mine' | 'any' | 'none';
  /** True: starred by the actor; false: not starred by him and assigned to him (supportbee.md A12). */
  starred?: boolean;
  /** All of them. */
  labels?: string[];
  requesterEmails?: string[];
  requesterId?: number;
  activeAfter?: Date;
  activeBefore?: Date;
  createdAfter?: Date;
  createdBefore?: Date;
  terms?: Term[];
  ids?: number[];
}

export interface FilterSql {
  where: string;
  params: SqlParams;
}

const NO_TERMS: ReadonlySet<Term> = new Set();
const SWITCH_COLUMNS = { archived: 'archived_at', spam: 'spam_at', trash: 'trashed_at' } as const;
const SWITCH_TESTS: Record<Switch, string | null> = { none: 'is null', only: 'is not null', any: null };
const STARRED = `exists (select 1 from stars s where s.company_id = t.company_id and s.ticket_id = t.id and s.user_id = $2)`;

/** The conditions of a list over the row `t`, with the parameters that they name; what the actor may not see is never in it. */
export function filterSql(actor: Actor, filter: TicketFilter, frequent: ReadonlySet<Term> = NO_TERMS): FilterSql {
  const params = new SqlParams();
  viewParams(actor).forEach((value) => params.add(value));
  const conditions = [
    ...['t.company_id = $1', VIEW_PARAMS_SQL, ticketVisibleSql(actor, 't')],
    ...switchConditions(filter),
    ...assigneeConditions(filter, params),
    ...rangeConditions(filter, params),
    ...(filter.labels ?? []).map((name) => labelSql(name, params)),
    ...(filter.terms ?? []).map((term) => termSql(actor, term, params, frequent.has(term))),
  ];
  return { where: conditions.join(' and '), params };
}

function switchConditions(filter: TicketFilter): string[] {
  return (['archived', 'spam', 'trash'] as const).flatMap((name) => {
    const test = SWITCH_TESTS[filter[name]];
    return test === null ? [] : [`t.${SWITCH_COLUMNS[name]} ${test}`];
  });
}

function assigneeConditions({ assignedUser, assignedTeam, starred }: TicketFilter, params: SqlParams): string[] {
  const conditions: string[] = [];
  if (assignedUser === 'me') conditions.push('t.user_assignee_id = $2');
  else if (assignedUser !== undefined) conditions.push(`t.user_assignee_id ${someone(assignedUser, params)}`);
  if (assignedTeam === 'mine') conditions.push(`t.team_assignee_id in ${OWN_TEAMS_SQL}`);
  else if (assignedTeam !== undefined) conditions.push(`t.team_assignee_id ${someone(assignedTeam, params)}`);
  if (starred === true) conditions.push(STARRED);
  if (starred === false) conditions.push(`t.user_assignee_id = $2 and not ${STARRED}`);
  return conditions;
}

function someone(who: number | 'any' | 'none', params: SqlParams): string {
  if (who === 'any') return 'is not null';
  if (who === 'none') return 'is null';
  return `= ${params.add(who)}`;
}

function rangeConditions(filter: TicketFilter, params: SqlParams): string[] {
  const conditions: string[] = [];
  const when = (value: unknown, sql: (placeholder: string) => string) => {
    if (value !== undefined) conditions.push(sql(params.add(value)));
  };
  if (filter.hasReplies !== undefined) conditions.push(filter.hasReplies ? 't.replies_count > 0' : 't.replies_count = 0');
  when(filter.maxReplies, (p) => `t.replies_count <= ${p}`);
  when(filter.activeAfter, (p) => `t.last_activity_at > ${p}`);
  when(filter.activeBefore, (p) => `t.last_activity_at < ${p}`);
  when(filter.createdAfter, (p) => `t.created_at > ${p}`);
  when(filter.createdBefore, (p) => `t.created_at < ${p}`);
  when(filter.requesterId, (p) => `t.requester_id = ${p}`);
  when(filter.ids, (p) => `t.id = any (${p}::bigint[])`);
  when(
    filter.requesterEmails?.map((email) => email.toLowerCase()),
    (p) => {
      return `t.requester_id in (select u.id from users u where u.company_id = $1 and lower(u.email) = any (${p}::text[]))`;
    },
  );
  return conditions;
}
