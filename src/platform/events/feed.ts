import type { Database } from '../database/database.js';
import { Invalid } from '../errors/app-errors.js';

export interface FeedPage {
  /** JSON text of the list. */
  events: string;
  /** Where the next page begins; the given cursor again when nothing is new. */
  cursor: string;
}

/** A place in the feed: behind the event with this transaction and id. */
export interface FeedPosition {
  tx: string;
  id: string;
}

const CURSOR = /^(\d{1,19})-(\d{1,19})$/;
const START = '0-0';

const PAGE = `
  select coalesce(json_agg(json_build_object(
      'id', page.id, 'cursor', page.tx || '-' || page.id, 'type', page.type, 'actor', page.actor, 'ticket_id', page.ticket_id,
      'created_at', to_char(page.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'data', page.data
    ) order by page.tx, page.id), '[]')::text as events,
    (array_agg(page.tx || '-' || page.id order by page.tx desc, page.id desc))[1] as cursor
  from (
    select * from events
    where company_id = $1 and (tx, id) > ($2::xid8, $3::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())
    order by tx, id limit $4
  ) page`;

/** Throws `Invalid` for what is no cursor of the feed. */
export function readCursor(field: string, cursor: string): FeedPosition {
  const [, tx, id] = CURSOR.exec(cursor) ?? [];
  if (tx === undefined || id === undefined || BigInt(tx) > 2n ** 63n - 1n || BigInt(id) > 2n ** 63n - 1n)
    throw Invalid.field(field, 'is not a cursor of this feed');
  return { tx, id };
}

/**
 * The events after a cursor, in the order of their transactions. Rows of transactions that could still be overtaken by an older
 * one in flight are withheld, so that a cursor, once passed, has nothing new behind it. Throws `Invalid` on a foreign cursor.
 */
export async function readFeed(db: Database, companyId: number, after: string | undefined, limit: number): Promise<FeedPage> {
  const { tx, id } = readCursor('after', after ?? START);
  const [page] = await db.query<{ events: string; cursor: string | null }>(PAGE, [companyId, tx, id, limit]);
  return { events: page?.events ?? '[]', cursor: page?.cursor ?? after ?? START };
}
