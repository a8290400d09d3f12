import { SqlParams } from '../platform/database/sql-params.js';
import { unansweredSql } from '../tickets/ticket.view.js';
import { DAY_SECONDS, type DayWindow } from './day-window.js';

/** Whose and which tickets' facts are counted; what is undefined does not matter, and what nobody knows matches nothing. */
export interface ReportFilter {
  userId?: number;
  teamId?: number;
  label?: string;
}

/** What a day of a series came to. */
export interface DayValue {
  /** Its midnight in Unix seconds. */
  day: number;
  value: string;
}

interface Series {
  /** The table of the facts `f`; each belongs to the day of its `created_at`. */
  table: 'tickets' | 'messages';
  where: string;
  ticketId: string;
  /** The person to whom a fact is put down. */
  userId: string;
  /** What a fact adds to the value of its day. */
  measure: string;
  value: string;
  /** The value of a day without facts; null leaves such days out. */
  empty: string | null;
}

/** mapping.md section 9. Answers that were given stay given, whatever becomes of their ticket. */
export const SERIES = {
  tickets_count: {
    table: 'tickets',
    where: 'f.spam_at is null and f.trashed_at is null',
    ticketId: 'f.id',
    // Read as a sum, or else the index of assignees would be taken, and everything read that this one ever had.
    userId: '(f.user_assignee_id + 0)',
    measure: '1',
    value: 'count(*)',
    empty: '0',
  },
  replies_count: {
    table: 'messages',
    where: `f.kind = 'reply' and f.author_is_agent`,
    ticketId: 'f.ticket_id',
    userId: 'f.author_id',
    measure: '1',
    value: 'count(*)',
    empty: '0',
  },
  avg_first_response_time: {
    table: 'tickets',
    where: 'f.first_agent_reply_at is not null',
    ticketId: 'f.id',
    userId: 'f.first_responder_id',
    // A merge can bring an answer that is older than the ticket: its customer did not wait.
    measure: 'greatest(f.first_agent_reply_at, f.created_at) - f.created_at',
    value: 'round(extract(epoch from avg(measure)), 1)',
    empty: null,
  },
} as const satisfies Record<string, Series>;

export type SeriesName = keyof typeof SERIES;

const UNANSWERED = 'unanswered';

/**
 * The statement of a series: a row for each day that has facts. They are one range of a covering index, so that the work grows with
 * the window and not with the age of the desk.
 */
export function seriesSql(
  name: SeriesName,
  companyId: number,
  window: DayWindow,
  filter: ReportFilter,
): { sql: string; values: unknown[] } {
  const { table, where, ticketId, userId, measure, value }: Series = SERIES[name];
  const params = new SqlParams();
  [companyId, window.first, window.last + DAY_SECONDS].forEach((given) => params.add(given));
  const conditions = ['f.company_id = $1', 'f.created_at >= to_timestamp($2)', 'f.created_at < to_timestamp($3)', where];
  const filters: string[] = [];
  if (filter.userId !== undefined) conditions.push(`${userId} = ${params.add(filter.userId)}`);
  if (filter.teamId !== undefined) {
    const team = `team_assignee_id = ${params.add(filter.teamId)}`;
    if (table === 'tickets') conditions.push(`f.${team}`);
    else filters.push(amongFound(`select t.id from tickets t where t.company_id = $1 and t.${team} and t.id`));
  }
  if (filter.label !== undefined) filters.push(amongFound(labelledSql(filter.label, params)));
  const sql = `
    with found as (
      select date_bin('1 day', f.created_at, to_timestamp(0)) as day, ${ticketId} as ticket_id, ${measure} as measure
      from ${table} f where ${conditions.join(' and ')}
    )
    select extract(epoch from day)::bigint as day, (${value})::text as value
    from found ${filters.length > 0 ? `where ${filters.join(' and ')}` : ''} group by found.day`;
  return { sql, values: params.values };
}

/** The beginning of a statement that answers the tickets with a label (supportbee.md A13: `unanswered` is built in). */
function labelledSql(name: string, params: SqlParams): string {
  if (name.toLowerCase() === UNANSWERED)
    return `select t.id from tickets t where t.company_id = $1 and ${unansweredSql('t')} and t.id`;
  const label = `(select l.id from labels l where l.company_id = $1 and lower(l.name) = lower(${params.add(name)}))`;
  return `select tl.ticket_id from ticket_labels tl where tl.company_id = $1 and tl.label_id = ${label} and tl.ticket_id`;
}

// The facts' own tickets are asked for as one list, which Postgres sorts and walks through the index: a join would read every ticket that
// the team or label ever had. How many come back it cannot guess; `is true` makes it keep them in a hash table and not in a loop.
function amongFound(tickets: string): string {
  return `(found.ticket_id in (${tickets} = any (array(select ticket_id from found)))) is true`;
}
