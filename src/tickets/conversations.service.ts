import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.js';
import { Database, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { prepareContent } from '../platform/html/content.js';
import { giveTo, type AssigneeKind } from './assignments.js';
import { lockTicket } from './ticket-rows.js';
import { setState, type TicketState } from './ticket-state.js';
import { Tickets } from './tickets.service.js';

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

/** To whom a ticket goes. */
export interface Given {
  kind: AssigneeKind;
  /** Null for nobody. */
  assigneeId: number | null;
  /** What they are told of it beside the usual words. */
  notice: string | null;
}

/** Tickets as a chat sees them: they may begin without a word, and are moved by their state as a whole. */
@Injectable()
export class Conversations {
  constructor(
    private readonly db: Database,
    private readonly tickets: Tickets,
  ) {}

  /**
   * Opens a ticket on which nothing has been said yet; answers its id. Its opening is there, and empty, so that all else is as with any
   * ticket. Throws `NotFound` for a person, team or agent whom nobody knows.
   */
  async start(actor: Actor, conversation: NewConversation): Promise<number> {
    return this.db.tx((em) => this.startIn(em, actor, conversation));
  }

  /** {@link start} in the open transaction. */
  async startIn(em: EntityManager, actor: Actor, conversation: NewConversation): Promise<number> {
    const { requesterId, title } = conversation;
    await refuseUnlessPerson(em, actor, requesterId);
    const content = prepareContent({ text: '' });
    const { id } = await this.tickets.open(em, actor, {
      ...{ subject: title, requesterId, isVerified: true, source: 'web', forwardingAddressId: null, isSpam: false },
      ...{ message: { content, cc: [], bcc: [], attachmentIds: [] }, notifyRequester: false },
      arrange: (inner, ticketId) => arrange(inner, actor, ticketId, conversation),
    });
    return id;
  }

  /** Moves a ticket into a state; doing it twice is harmless. Throws `NotFound`. */
  async move(actor: Actor, ticketId: number, state: TicketState): Promise<void> {
    await this.db.tx(async (em) => {
      await lockTicket(em, actor, ticketId);
      await setState(em, actor, ticketId, state);
    });
  }

  /** Gives a ticket to a person or team, or to none, whether they fit or not; `notice` is what they are told. Throws `NotFound`. */
  async give(actor: Actor, ticketId: number, given: Given): Promise<void> {
    const { kind, assigneeId, notice } = given;
    await this.db.tx(async (em) => giveTo(em, actor, await lockTicket(em, actor, ticketId), kind, assigneeId, notice));
  }
}

async function arrange(em: EntityManager, actor: Actor, id: number, conversation: NewConversation): Promise<boolean> {
  const { state, teamId, agentId, channel, extra } = conversation;
  const sql = `update tickets set channel = $3, extra = $4 where company_id = $1 and id = $2`;
  await rows(em, sql, [actor.companyId, id, channel, extra]);
  await setState(em, actor, id, state);
  const ticket = await lockTicket(em, actor, id);
  if (teamId !== null) await giveTo(em, actor, ticket, 'team', teamId);
  if (agentId !== null) await giveTo(em, actor, ticket, 'user', agentId);
  return true;
}

async function refuseUnlessPerson(em: EntityManager, actor: Actor, id: number): Promise<void> {
  const sql = `select 1 from users where company_id = $1 and id = $2 and kind not in ('customer_group', 'bot') for key share`;
  if ((await rows(em, sql, [actor.companyId, id])).length === 0) throw new NotFound('User', id);
}
