import type { Actor } from '../access/actor.js';
import { only, type Database } from '../platform/database/database.js';
import { offsetOf, type Page } from '../platform/database/page.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { refreshHtml } from '../platform/html/content.js';
import type { Term } from './search-query.js';
import { filterSql, type SortKey, type TicketFilter } from './ticket-filter.js';
import { TICKET_JOINS, TICKET_SQL, TICKET_STALE_SQL } from './ticket.view.js';

/** How a list is ordered (newest first) and which part of it is wanted; a cursor goes on behind the ticket that it names. */
export interface Slice extends Page {
  sort: SortKey;
  cursor?: string;
}

export interface TicketSlice {
  /** JSON text of the list. */
  tickets: string;
  /** Where the next page goes on; null when this is the last one. */
  nextCursor: string | null;
}

const SORT_COLUMNS: Record<SortKey, string> = { last_activity: 'last_activity_at', creation_time: 'created_at' };
const CURSOR = /^(\d{1,17})-(\d{1,15})$/;

/** One page of tickets, newest first. Throws `Invalid` on a cursor that cannot be read. */
export async function listTickets(
  db: Database,
  actor: Actor,
  filter: TicketFilter,
  slice: Slice,
  frequent?: ReadonlySet<Term>,
): Promise<TicketSlice> {
  const { where, params } = filterSql(actor, filter, frequent);
  const column = SORT_COLUMNS[slice.sort];
  const behind = slice.cursor === undefined ? '' : ` and ${behindCursor(column, slice.cursor, (value) => params.add(value))}`;
  const offset = slice.cursor === undefined ? ` offset ${params.add(offsetOf(slice))}` : '';
  // The page is found by its index alone before anything is joined to it; one more row tells whether there is another page.
  const sql = `
    with page as (
      select t.*, row_number() over (order by t.${column} desc, t.id desc) as place from tickets t where ${where}${behind}
      order by t.${column} desc, t.id desc limit ${params.add(slice.perPage + 1)}${offset}
    )
    select coalesce('[' || string_agg(view, ',' order by place) || ']', '[]') as tickets, coalesce(bool_or(stale), false) as stale,
      case when (select count(*) from page) > ${params.add(slice.perPage)}::int
        then (array_agg(cursor order by place desc))[1] end as next
    from (
      select t.place, (extract(epoch from t.${column}) * 1000000)::bigint || '-' || t.id as cursor, ${TICKET_SQL} as view, ${TICKET_STALE_SQL} as stale
      from (select * from page order by place limit ${params.add(slice.perPage)}) t ${TICKET_JOINS}
    ) presented`;
  const { tickets, stale, next } = only(
    await db.query<{ tickets: string; stale: boolean; next: string | null }>(sql, params.values),
  );
  return { tickets: refreshHtml(tickets, stale), nextCursor: next };
}

function behindCursor(column: string, cursor: string, add: (value: unknown) => string): string {
  const [, micros, id] = CURSOR.exec(cursor) ?? [];
  if (micros === undefined || id === undefined) throw Invalid.field('cursor', 'is not a cursor of this list');
  return `(t.${column}, t.id) < (timestamptz 'epoch' + ${add(micros)}::bigint * interval '1 microsecond', ${add(id)}::bigint)`;
}

/** The ids of at most `limit` tickets, the latest activity first. */
export async function listTicketIds(
  db: Database,
  actor: Actor,
  filter: TicketFilter,
  limit: number,
  frequent?: ReadonlySet<Term>,
): Promise<number[]> {
  const { where, params } = filterSql(actor, filter, frequent);
  const sql = `select t.id from tickets t where ${where} order by t.last_activity_at desc, t.id desc limit ${params.add(limit)}`;
  const found = await db.query<{ id: number }>(sql, params.values);
  return found.map(({ id }) => id);
}

export interface TicketTotal {
  total: number;
  /** There are more than `total`. */
  isCapped: boolean;
}

/** How many tickets there are; the count stops at `limit`. */
export async function countTickets(
  db: Database,
  actor: Actor,
  filter: TicketFilter,
  { limit, frequent }: { limit?: number; frequent?: ReadonlySet<Term> } = {},
): Promise<TicketTotal> {
  const { where, params } = filterSql(actor, filter, frequent);
  const sql =
    limit === undefined
      ? `select count(*) as total from tickets t where ${where}`
      : `select count(*) as total from (select 1 from tickets t where ${where} limit ${params.add(limit + 1)}) found`;
  const { total } = only(await db.query<{ total: number }>(sql, params.values));
  return limit !== undefined && total > limit ? { total: limit, isCapped: true } : { total, isCapped: false };
}
