import type { Database } from '../database/database.js';
import { Invalid } from '../errors/app-errors.js';

/** How many events one call looks at, at most, in search of those that are wanted. */
export const MOST_LOOKED_AT = 5_000;

/** Which events of a company are wanted. */
export interface EventSelection {
  /** A condition on the row `e`. */
  where: string;
  /** What it refers to; `$1` is the company. */
  values: unknown[];
  /** The placeholder of a ticket, when only its events are wanted: they are found without looking at others. */
  ticket?: string;
}

export interface FeedEvent {
  cursor: string;
  type: string;
  /** JSON text on one line. */
  view: string;
}

export interface FeedPage {
  events: FeedEvent[];
  /** That of the last event looked at, behind which the next page begins; the given one again when nothing is new. */
  cursor: string;
  hasMore: boolean;
}

/** A place in the feed: behind the event with this transaction and id. */
export interface FeedPosition {
  tx: string;
  id: string;
}

const CURSOR = /^(\d{1,19})-(\d{1,19})$/;
const START = '0-0';
const PRESENT = new Set(['now', 'latest']);

// Transactions from here on could still be overtaken by an older one in flight.
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())';

const VIEW = `json_build_object(
  'id', p.id, 'cursor', p.tx || '-' || p.id, 'type', p.type, 'actor', p.actor, 'ticket_id', p.ticket_id,
  'ticket_sequence', p.ticket_sequence, 'created_at', to_char(p.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'data', p.data)::text`;

/** The last event of each company that is not withheld any more, and whether there are some that are; `$1` are the companies. */
export const HEADS = `
  select c.id as "companyId", coalesce(head.cursor, '${START}') as cursor,
    exists (select 1 from events w where w.company_id = c.id and w.tx >= ${HORIZON}) as "isWithholding"
  from unnest($1::bigint[]) as c (id)
  left join lateral (
    select e.tx || '-' || e.id as cursor from events e where e.company_id = c.id and e.tx < ${HORIZON} order by e.tx desc, e.id desc limit 1
  ) head on true`;

/** Throws `Invalid` for what is no cursor of the feed. */
export function readCursor(field: string, cursor: string): FeedPosition {
  const [, tx, id] = CURSOR.exec(cursor) ?? [];
  if (tx === undefined || id === undefined || [tx, id].some((part) => BigInt(part) > 2n ** 63n - 1n))
    throw Invalid.field(field, 'is not a cursor of this feed');
  return { tx, id };
}

/** True for the word that stands for the present instead of a cursor. */
export function isPresent(after: string | undefined): boolean {
  return after !== undefined && PRESENT.has(after);
}

/** The cursor that was meant: of the beginning when there is none, of the present when that is asked for. Throws `Invalid` on a foreign one. */
export async function cursorOf(db: Database, companyId: number, after: string | undefined): Promise<string> {
  if (after === undefined) return START;
  if (!isPresent(after)) {
    const { tx, id } = readCursor('after', after);
    return `${tx}-${id}`;
  }
  const [head] = await db.query<{ cursor: string }>(HEADS, [[companyId]]);
  return head?.cursor ?? START;
}

/**
 * The events behind a cursor that are wanted, in the order of their transactions. Rows of transactions that could still be overtaken by
 * an older one in flight are withheld, so that a cursor, once passed, has nothing new behind it. However few are wanted, only so many are
 * looked at: a page may be empty although there are more. Throws `Invalid` on a foreign cursor.
 */
export async function readFeed(db: Database, selection: EventSelection, after: string, limit: number): Promise<FeedPage> {
  const { tx, id } = readCursor('after', after);
  const params = [...selection.values, tx, id, limit];
  const found = await db.query<FoundRow>(pageSql(selection), params);
  const events = found.flatMap(({ cursor, type, view }) => (cursor === null ? [] : [{ cursor, type, view }]));
  const page = events.slice(0, limit);
  if (events.length > limit) return { events: page, cursor: page.at(-1)?.cursor ?? after, hasMore: true };
  return { events: page, cursor: found[0]?.reached ?? after, hasMore: found[0]?.hasMore ?? false };
}

type FoundRow = ({ cursor: null; type: null; view: null } | FeedEvent) & { reached: string | null; hasMore: boolean };

// The inner limit bounds what is looked at and the outer one ends it as soon as the page is full; only then is the end not asked for.
function pageSql({ where, values, ticket }: EventSelection): string {
  const [tx, id, limit] = [1, 2, 3].map((place) => `$${values.length + place}`);
  const log = ticket === undefined ? 'events' : 'of_ticket';
  const ofTicket = `of_ticket as materialized (select * from events where company_id = $1 and ticket_id = ${ticket}),`;
  const behind = (cursor: string) => `from ${log} e where e.company_id = $1 and (e.tx, e.id) > (${cursor}) and e.tx < ${HORIZON}`;
  const looked = `${behind(`${tx}::xid8, ${id}::bigint`)} order by e.tx, e.id limit ${MOST_LOOKED_AT}`;
  return `
    with ${ticket === undefined ? '' : ofTicket}
    page as materialized (select e.* from (select e.* ${looked}) e where ${where} order by e.tx, e.id limit ${limit}::integer + 1),
    reached as materialized (
      select e.tx, e.id from (select e.tx, e.id ${looked}) e
      where (select count(*) from page) <= ${limit}::integer order by e.tx desc, e.id desc limit 1)
    select p.tx || '-' || p.id as cursor, p.type, case when p.id is not null then ${VIEW} end as view,
      r.tx || '-' || r.id as reached, coalesce(r.has_more, false) as "hasMore"
    from (select 1) once
    left join (select tx, id, exists (select 1 ${behind('reached.tx, reached.id')}) as has_more from reached) r on true
    left join page p on true order by p.tx, p.id`;
}
