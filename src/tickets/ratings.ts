import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { ticketVisibleSql } from '../access/visibility.js';
import { Database, only, rows } from '../platform/database/database.js';
import { Forbidden, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { ratingSql, type RatingScore } from './rating.view.js';
import { lockTicket, presentTicket, refuseMerged, type LockedTicket } from './ticket-rows.js';

export interface Rating {
  score: RatingScore;
  comment: string | null;
  /** Who is said to rate, where anybody is: he must have asked the ticket. */
  requesterId?: number;
}

/** What customers say of how they were helped: one rating a ticket, which may be changed. */
@Injectable()
export class Ratings {
  constructor(private readonly db: Database) {}

  /** The JSON text of a ticket's rating, `{}` when there is none. Throws `NotFound`. */
  async show(actor: Actor, ticketId: number): Promise<string> {
    const sql = `select (${ratingSql('t')})::text as view from tickets t
      where t.company_id = $1 and $2::bigint is not null and t.id = $3 and ${ticketVisibleSql(actor, 't')}`;
    const [found] = await this.db.query<{ view: string }>(sql, [actor.companyId, actor.userId, ticketId]);
    if (!found) throw new NotFound('Ticket', ticketId);
    return found.view;
  }

  /** Rates the help on a ticket. Throws `NotFound`, `Forbidden` for others than its requester and admins, `Conflict` when it was merged. */
  async rate(actor: Actor, ticketId: number, rating: Rating): Promise<string> {
    return this.db.tx((em) => rateTicket(em, actor, ticketId, rating));
  }
}

const RATE = `update tickets t set rating_score = $3, rating_comment = $4, rated_at = now(), updated_at = now(),
    rated_agent_id = coalesce(t.user_assignee_id, (select m.author_id from messages m
      where m.company_id = t.company_id and m.ticket_id = t.id and m.kind = 'reply' and m.author_is_agent
      order by m.created_at desc, m.id desc limit 1))
  where t.company_id = $1 and t.id = $2 returning (${ratingSql('t')})::text as view`;

/** {@link Ratings.rate} in the open transaction; throws `NotFound` too for a named person who has not asked the ticket. */
export async function rateTicket(em: EntityManager, actor: Actor, ticketId: number, rating: Rating): Promise<string> {
  const ticket = await lockTicket(em, actor, ticketId);
  refuseUnlessMayRate(actor, ticket);
  refuseMerged(ticket);
  const { requesterId = ticket.requester_id } = rating;
  if (requesterId !== ticket.requester_id) throw new NotFound('User', requesterId);
  const params = [actor.companyId, ticketId, rating.score, rating.comment];
  const { view } = only(await rows<{ view: string }>(em, RATE, params));
  const data = { rating: view, ticket: await presentTicket(em, actor, ticketId) };
  await record(em, { companyId: actor.companyId, type: 'ticket.rated', actor: eventActor(actor), ticketId, data });
  return view;
}

// Nobody rates himself; admins write down what they were told.
function refuseUnlessMayRate(actor: Actor, ticket: LockedTicket): void {
  if (actor.role !== 'admin' && actor.userId !== ticket.requester_id)
    throw new Forbidden('A ticket is rated by its requester, or by an admin in his place');
}
