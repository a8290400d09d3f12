import type { Actor } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { ticketVisibleSql } from '../access/visibility.js';
import { type Database, only } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { SqlParams } from '../platform/database/sql-params.js';
import { refreshHtml } from './content.js';
import { TICKET_JOINS, TICKET_SQL, TICKET_STALE_SQL } from './ticket.view.js';

/** Whether a list holds tickets in a state: none of them, only them, or both kinds. */
export type Switch = 'none' | 'only' | 'any';

export interface TicketFilter {
  archived: Switch;
  spam: Switch;
  trash: Switch;
  requesterId?: number;
}

const SWITCH_COLUMNS = { archived: 'archived_at', spam: 'spam_at', trash: 'trashed_at' } as const;
const SWITCH_TESTS: Record<Switch, string | null> = { none: 'is null', only: 'is not null', any: null };

/** The conditions of a list as SQL over the row `t`; what the actor may not see is never in it. */
function conditionsOf(actor: Actor, filter: TicketFilter, params: SqlParams): string {
  const conditions = ['t.company_id = $1', VIEW_PARAMS_SQL, ticketVisibleSql(actor, 't')];
  for (const name of ['archived', 'spam', 'trash'] as const) {
    const test = SWITCH_TESTS[filter[name]];
    if (test !== null) conditions.push(`t.${SWITCH_COLUMNS[name]} ${test}`);
  }
  if (filter.requesterId !== undefined) conditions.push(`t.requester_id = ${params.add(filter.requesterId)}`);
  return conditions.join(' and ');
}

function startParams(actor: Actor): SqlParams {
  const params = new SqlParams();
  viewParams(actor).forEach((value) => params.add(value));
  return params;
}

/** One page of tickets as the JSON text of a list, the latest activity first. */
export async function listTickets(db: Database, actor: Actor, filter: TicketFilter, page: Page): Promise<string> {
  const params = startParams(actor);
  const where = conditionsOf(actor, filter, params);
  // The page is found by its index alone before anything is joined to it.
  const sql = `
    select coalesce('[' || string_agg(view, ',' order by last_activity_at desc, id desc) || ']', '[]') as tickets, coalesce(bool_or(stale), false) as stale
    from (
      select t.id, t.last_activity_at, ${TICKET_SQL} as view, ${TICKET_STALE_SQL} as stale
      from (
        select * from tickets t where ${where}
        order by t.last_activity_at desc, t.id desc limit ${params.add(page.perPage)} offset ${params.add(offsetOf(page))}
      ) t ${TICKET_JOINS}
    ) presented`;
  const { tickets, stale } = only(await db.query<{ tickets: string; stale: boolean }>(sql, params.values));
  return refreshHtml(tickets, stale);
}

export async function countTickets(db: Database, actor: Actor, filter: TicketFilter): Promise<number> {
  const params = startParams(actor);
  const sql = `select count(*) as total from tickets t where ${conditionsOf(actor, filter, params)}`;
  return only(await db.query<{ total: number }>(sql, params.values)).total;
}

/** The paged answer of a ticket list. */
export async function ticketPage(db: Database, actor: Actor, filter: TicketFilter, page: Page): Promise<string> {
  const [total, tickets] = await Promise.all([countTickets(db, actor, filter), listTickets(db, actor, filter, page)]);
  return `${pageHead(total, page)},"tickets":${tickets}}`;
}
