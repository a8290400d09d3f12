import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { Database, only, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { prepareContent } from '../platform/html/content.js';
import { giveTo, type AssigneeKind } from './assignments.js';
import { insertMessage } from './messages.js';
import { lockTicket, presentTicket } from './ticket-rows.js';
import { setState, type TicketState } from './ticket-state.js';

export interface NewConversation {
  requesterId: number;
  state: TicketState;
  title: string | null;
  teamId: number | null;
  agentId: number | null;
  /** By what it came; empty for the chat. */
  channel: string;
  extra: string | null;
}

/** Tickets as a chat sees them: they may begin without a word, and are moved by their state as a whole. */
@Injectable()
export class Conversations {
  constructor(private readonly db: Database) {}

  /**
   * Opens a ticket on which nothing has been said yet; answers its id. Its opening is there, and empty, so that all else is as with any
   * ticket. Throws `NotFound` for a person, team or agent whom nobody knows.
   */
  async start(actor: Actor, conversation: NewConversation): Promise<number> {
    const { requesterId, state, teamId, agentId } = conversation;
    return this.db.tx(async (em) => {
      const id = await insertConversation(em, actor, conversation);
      const place = {
        ticketId: id,
        kind: 'opening',
        authorId: requesterId,
        authorIsAgent: false,
        writtenById: actor.userId,
      } as const;
      const content = prepareContent({ text: '' });
      const messageId = await insertMessage(em, actor, place, { content, cc: [], bcc: [], attachmentIds: [] });
      const data = { ticket: await presentTicket(em, actor, id), notify_requester: 'false', message_id: String(messageId) };
      await record(em, { companyId: actor.companyId, type: 'ticket.created', actor: eventActor(actor), ticketId: id, data });
      await setState(em, actor, id, state);
      const ticket = await lockTicket(em, actor, id);
      if (teamId !== null) await giveTo(em, actor, ticket, 'team', teamId);
      if (agentId !== null) await giveTo(em, actor, ticket, 'user', agentId);
      return id;
    });
  }

  /** Moves a ticket into a state; doing it twice is harmless. Throws `NotFound`. */
  async move(actor: Actor, ticketId: number, state: TicketState): Promise<void> {
    await this.db.tx(async (em) => {
      await lockTicket(em, actor, ticketId);
      await setState(em, actor, ticketId, state);
    });
  }

  /** Gives a ticket to a person or team, or to none, whether they fit or not. Throws `NotFound`. */
  async give(actor: Actor, ticketId: number, kind: AssigneeKind, assigneeId: number | null): Promise<void> {
    await this.db.tx(async (em) => giveTo(em, actor, await lockTicket(em, actor, ticketId), kind, assigneeId));
  }
}

async function insertConversation(em: EntityManager, actor: Actor, conversation: NewConversation): Promise<number> {
  const { requesterId, title, channel, extra } = conversation;
  const sql = `insert into tickets (company_id, subject, requester_id, source, source_address, waiting_for, channel, extra)
    select $1, $3, u.id, 'web', $4, 'agent', $5, $6 from users u where u.company_id = $1 and u.id = $2 and u.kind not in ('customer_group', 'bot')
    returning id`;
  const host = new URL(actor.baseUrl).host;
  const [inserted] = await rows<{ id: number }>(em, sql, [actor.companyId, requesterId, title, host, channel, extra]);
  if (!inserted) throw new NotFound('User', requesterId);
  return only([inserted]).id;
}
