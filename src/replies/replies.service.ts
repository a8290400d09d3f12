import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, isAgent, type Actor } from '../access/actor.js';
import { viewParams } from '../access/view.js';
import { Database, only, prepared, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { Forbidden, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { refreshHtml } from '../platform/html/content.js';
import { JsonText } from '../platform/http/json-text.js';
import { assignableSql } from '../tickets/assignments.js';
import { insertMessage, prepareMessage, type NewMessage, type PreparedMessage } from '../tickets/messages.js';
import {
  lockTicket,
  lockTicketOf,
  presentTicket,
  refuseMerged,
  refuseUnlessVisible,
  type LockedTicket,
} from '../tickets/ticket-rows.js';
import { refuseUnlessMayReply } from '../tickets/ticket.policy.js';
import { REPLIES_SQL, REPLY_SQL } from './reply.view.js';

export interface NewReply extends NewMessage {
  onBehalfOf?: { id?: number; email?: string };
  /** Writes as the requester, who must be the person of this address. */
  asRequester?: string;
}

/** A reply whose author is known, on a ticket that is held. */
export interface Answer {
  authorId: number;
  /** As whom he answers: as an agent, as a customer, or by a machine that has answered in his place and says nothing to act on. */
  as: 'agent' | 'customer' | 'machine';
  message: PreparedMessage;
  /** Leaves the ticket waiting for whom it waits, and where it is. */
  isQuiet?: boolean;
}

interface Presented {
  view: string;
  stale: boolean;
}

const COUNT = `select replies_count as total from tickets where company_id = $1 and id = $2`;

@Injectable()
export class Replies {
  constructor(private readonly db: Database) {}

  /** The replies of a ticket that the actor may see, oldest first. Throws `NotFound`. */
  async list(actor: Actor, ticketId: number, page: Page): Promise<JsonText> {
    await refuseUnlessVisible(this.db, actor, ticketId);
    const [{ total }, { view, stale }] = await Promise.all([
      this.db.query<{ total: number }>(COUNT, [actor.companyId, ticketId]).then(only),
      this.db.query<Presented>(REPLIES_SQL, [...viewParams(actor), ticketId, page.perPage, offsetOf(page)]).then(only),
    ]);
    return new JsonText(`${pageHead(total, page)},"replies":${refreshHtml(view, stale)}}`);
  }

  /** Throws `NotFound` for a reply of another ticket, and for a ticket that the actor may not see. */
  async show(actor: Actor, ticketId: number, id: number): Promise<string> {
    await refuseUnlessVisible(this.db, actor, ticketId);
    const [found] = await this.db.query<Presented>(REPLY_SQL, [...viewParams(actor), ticketId, id]);
    if (!found) throw new NotFound('Reply', id);
    return refreshHtml(found.view, found.stale);
  }

  /**
   * Answers a ticket. An agent's reply leaves it waiting for the customer; a customer's makes it unanswered and brings it back from the archive.
   * Throws `NotFound`, also for a ticket that the person of `asRequester` has not asked; `Forbidden` for collaborators, and for `onBehalfOf`
   * and `asRequester` by others than admins; `Invalid` for bad input; `Conflict` for a merged ticket.
   */
  async create(actor: Actor, ticketId: number, reply: NewReply): Promise<string> {
    refuseUnlessMayReply(actor);
    const { onBehalfOf, asRequester } = reply;
    const isForOther = onBehalfOf !== undefined || asRequester !== undefined;
    if (isForOther && actor.role !== 'admin') throw new Forbidden('Only admins write on behalf of others');
    const message = prepareMessage(reply);
    return this.db.tx(async (em) => {
      const ticket = await (asRequester === undefined
        ? lockTicket(em, actor, ticketId)
        : lockTicketOf(em, actor, ticketId, asRequester));
      refuseMerged(ticket);
      const author =
        asRequester === undefined ? await authorOf(em, actor, onBehalfOf) : { id: ticket.requester_id, role: 'customer' };
      // Staff who ask for help themselves are customers of that ticket.
      const byAgent = isAgent(author) && author.id !== ticket.requester_id;
      return (await answer(em, actor, ticket, { authorId: author.id, as: byAgent ? 'agent' : 'customer', message })).view;
    });
  }
}

/**
 * Writes a reply in the open transaction, with all that follows from it; what a machine has answered leaves the ticket as it was.
 * Whether the author may is for who calls to say. Throws `Invalid` for bad files.
 */
export async function answer(
  em: EntityManager,
  actor: Actor,
  ticket: LockedTicket,
  { authorId, as, message, isQuiet = false }: Answer,
): Promise<{ id: number; view: string }> {
  const place = { ticketId: ticket.id, kind: 'reply', authorId, authorIsAgent: as === 'agent' } as const;
  const writtenById = authorId === actor.userId ? null : actor.userId;
  const id = await insertMessage(em, actor, { ...place, writtenById }, message);
  await rows(em, (isQuiet ? COUNT_QUIETLY : COUNT_REPLY)[as], [actor.companyId, ticket.id]);
  return { id, view: await recordReply(em, actor, isQuiet ? { ...ticket, archived_at: null } : ticket, id, as) };
}

async function authorOf(
  em: EntityManager,
  actor: Actor,
  onBehalfOf: NewReply['onBehalfOf'],
): Promise<{ id: number; role: string }> {
  return onBehalfOf ? findAgent(em, actor, onBehalfOf) : { id: actor.userId, role: actor.role };
}

async function findAgent(
  em: EntityManager,
  actor: Actor,
  { id, email }: { id?: number; email?: string },
): Promise<{ id: number; role: string }> {
  const sql = `select u.id, u.role from users u where u.company_id = $1 and ${assignableSql('u')}
    and case when $2::bigint is not null then u.id = $2 else lower(u.email) = lower($3) end`;
  const [agent] = await rows<{ id: number; role: string }>(em, sql, [actor.companyId, id ?? null, email ?? null]);
  if (!agent) throw Invalid.field('on_behalf_of', 'is not an agent of this company');
  return agent;
}

const counting = (more: string) => `update tickets set replies_count = replies_count + 1, ${more}
  last_activity_at = now(), updated_at = now() where company_id = $1 and id = $2`;

const COUNT_REPLY: Record<Answer['as'], string> = {
  agent: counting(`agent_replies_count = agent_replies_count + 1, last_reply_by_agent = true, waiting_for = 'customer',`),
  customer: counting(`last_reply_by_agent = false, waiting_for = 'agent', archived_at = null,`),
  machine: counting(''),
};

const COUNT_QUIETLY: Record<Answer['as'], string> = {
  agent: counting(`agent_replies_count = agent_replies_count + 1, last_reply_by_agent = true,`),
  customer: counting(`last_reply_by_agent = false,`),
  machine: COUNT_REPLY.machine,
};

async function recordReply(em: EntityManager, actor: Actor, ticket: LockedTicket, id: number, as: Answer['as']): Promise<string> {
  const { view, stale } = only(
    await prepared<Presented>(em, 'present-reply', REPLY_SQL, [...viewParams(actor, true), ticket.id, id]),
  );
  const data = { reply: refreshHtml(view, stale), ticket: await presentTicket(em, actor, ticket.id) };
  const event = { companyId: actor.companyId, actor: eventActor(actor), ticketId: ticket.id };
  await record(em, { ...event, type: as === 'agent' ? 'agent.reply.created' : 'customer.reply.created', data });
  if (as === 'customer' && ticket.archived_at)
    await record(em, { ...event, type: 'ticket.unarchived', data: { ticket: data.ticket } });
  return data.reply;
}
