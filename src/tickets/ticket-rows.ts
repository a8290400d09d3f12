import type { EntityManager } from 'typeorm';
import type { Acting, Actor, Visitor } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { requestedBySql, ticketVisibleSql, visibilityOf } from '../access/visibility.js';
import { only, prepared, rows, type Database } from '../platform/database/database.js';
import { Conflict, NotFound } from '../platform/errors/app-errors.js';
import { refreshHtml } from '../platform/html/content.js';
import { etagOf } from '../platform/http/etag.js';
import { refuseUnlessMatch, type Precondition } from '../platform/http/if-match.js';
import { TICKET_JOINS, TICKET_SQL, TICKET_STALE_SQL } from './ticket.view.js';

/** What the rules of a conversation look at. */
export interface LockedTicket {
  id: number;
  requester_id: number;
  archived_at: Date | null;
  trashed_at: Date | null;
  user_assignee_id: number | null;
  team_assignee_id: number | null;
  merged_into_id: number | null;
}

const LOCKED = `t.id, t.requester_id, t.archived_at, t.trashed_at, t.user_assignee_id, t.team_assignee_id, t.merged_into_id`;

const SELECT_VIEW = `select ${TICKET_SQL} as view, ${TICKET_STALE_SQL} as stale from tickets t ${TICKET_JOINS}
  where t.company_id = $1 and ${VIEW_PARAMS_SQL} and t.id = $5`;

interface Presented {
  view: string;
  stale: boolean;
}

/**
 * Holds a ticket that the actor may see until the transaction ends. With `ifMatch` the ETag is compared that GET /tickets/{id} would have
 * for him now; nobody else changes the ticket after that. Throws `NotFound`, `PreconditionFailed`.
 */
export async function lockTicket(em: EntityManager, actor: Acting, id: number, ifMatch?: Precondition): Promise<LockedTicket> {
  const sql = `select ${LOCKED} from tickets t
    where t.company_id = $1 and ($2::bigint is null or true) and t.id = $3 and ${ticketVisibleSql(actor, 't')} for no key update`;
  const name = `lock-ticket-${visibilityOf(actor)}`;
  const [ticket] = await prepared<LockedTicket>(em, name, sql, [actor.companyId, actor.userId, id]);
  if (!ticket) throw new NotFound('Ticket', id);
  if (ifMatch !== undefined) refuseUnlessMatch(ifMatch, await ticketEtag(em, actor, id));
  return ticket;
}

/** {@link lockTicket} for a ticket that the person of this address has asked; not in trash or spam, as customers see it. Throws `NotFound`. */
export async function lockTicketOf(em: EntityManager, actor: Actor, id: number, email: string): Promise<LockedTicket> {
  const sql = `select ${LOCKED} from tickets t
    where t.company_id = $1 and ($2::bigint is null or true) and t.id = $3 and ${ticketVisibleSql(actor, 't')} and ${requestedBySql('t', '$4')}
    for no key update`;
  const [ticket] = await rows<LockedTicket>(em, sql, [actor.companyId, actor.userId, id, email]);
  if (!ticket) throw new NotFound('Ticket', id);
  return ticket;
}

async function ticketEtag(em: EntityManager, actor: Acting, id: number): Promise<string> {
  const { view, stale } = only(await prepared<Presented>(em, 'present-ticket', SELECT_VIEW, [...viewParams(actor), id]));
  return etagOf(`{"ticket":${refreshHtml(view, stale)}}`);
}

/** Throws `Conflict` for a ticket that has gone into another: what is said belongs there. */
export function refuseMerged({ merged_into_id: into }: LockedTicket): void {
  if (into !== null) throw new Conflict(`The ticket has been merged into ticket ${into}`);
}

/** Throws `NotFound` unless the actor may see the ticket. */
export async function refuseUnlessVisible(db: Database, actor: Actor, id: number): Promise<void> {
  const sql = `select 1 from tickets t where t.company_id = $1 and $2::bigint is not null and t.id = $3 and ${ticketVisibleSql(actor, 't')}`;
  if ((await db.query(sql, [actor.companyId, actor.userId, id])).length === 0) throw new NotFound('Ticket', id);
}

/** The JSON text of a ticket as the actor sees it; throws `NotFound`. */
export async function showTicket(db: Database, actor: Actor, id: number): Promise<string> {
  const name = `ticket-${visibilityOf(actor)}`;
  const [found] = await db.prepared<Presented>(name, `${SELECT_VIEW} and ${ticketVisibleSql(actor, 't')}`, [
    ...viewParams(actor),
    id,
  ]);
  if (!found) throw new NotFound('Ticket', id);
  return refreshHtml(found.view, found.stale);
}

/** The same inside the transaction that has just written it, with everything, for the log and for the writer. */
export async function presentTicket(em: EntityManager, caller: Acting | Visitor, id: number): Promise<string> {
  const { view, stale } = only(await prepared<Presented>(em, 'present-ticket', SELECT_VIEW, [...viewParams(caller, true), id]));
  return refreshHtml(view, stale);
}

/** The same for several at once, in the order of their ids. */
export async function presentTickets(
  em: EntityManager,
  caller: Acting | Visitor,
  ids: number[],
): Promise<{ id: number; view: string }[]> {
  const sql = `select t.id, ${TICKET_SQL} as view, ${TICKET_STALE_SQL} as stale from tickets t ${TICKET_JOINS}
    where t.company_id = $1 and ${VIEW_PARAMS_SQL} and t.id = any ($5::bigint[]) order by t.id`;
  const found = await rows<Presented & { id: number }>(em, sql, [...viewParams(caller, true), ids]);
  return found.map(({ id, view, stale }) => ({ id, view: refreshHtml(view, stale) }));
}
