import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, isStaff, type Actor } from '../access/actor.js';
import { viewParams } from '../access/view.js';
import { Database, only, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { prepareContent, refreshHtml } from '../platform/html/content.js';
import { countOccurrences } from '../platform/occurrences/occurrences.js';
import { Conversations } from '../tickets/conversations.service.js';
import { linkFiles, type LinkedFile } from '../tickets/messages.js';
import { rateTicket, type Rating } from '../tickets/ratings.js';
import { recountMessages } from '../tickets/ticket-counters.js';
import { lockTicket, presentTicket, refuseMerged } from '../tickets/ticket-rows.js';
import { setState, type TicketState } from '../tickets/ticket-state.js';
import { answer } from './replies.service.js';
import { REPLY_SQL } from './reply.view.js';

export interface SentMessage {
  ticketId: number;
  authorId: number;
  text: string;
  files: readonly LinkedFile[];
  payload: string | null;
  /** What becomes of the ticket: left out, it waits for the other side and is open; null, it stays as it is. */
  state?: TicketState | null;
}

export interface DirectMessage {
  userIds: number[];
  text: string;
  /** Of conversations that begin with it. */
  subject: string | null;
}

/** Something that is said to a person by itself. */
export interface Announcement {
  userId: number;
  authorId: number;
  text: string;
}

/** What is undefined stays. */
export interface MessageChange {
  text?: string;
  files?: readonly LinkedFile[];
  payload?: string;
}

interface Place {
  ticketId: number;
  kind: 'opening' | 'reply';
}

const PLACE = `select ticket_id as "ticketId", kind from messages where company_id = $1 and id = $2 and kind in ('opening', 'reply')`;

// Merged, in the trash or spam it is no conversation in which anybody would be found.
const NEWEST = `select id from tickets where company_id = $1 and requester_id = $2 and merged_into_id is null and trashed_at is null and spam_at is null
  order by last_activity_at desc, id desc limit 1`;

/** Messages in anybody's name, for admins who speak for a chat. */
@Injectable()
export class Messages {
  constructor(
    private readonly db: Database,
    private readonly conversations: Conversations,
  ) {}

  /** Says something on a ticket in the name of anybody; answers its id. Throws `NotFound` for the ticket or the person, `Conflict` when merged. */
  async send(actor: Actor, message: SentMessage): Promise<number> {
    return this.db.tx(async (em) => sendMessage(em, actor, message));
  }

  /**
   * Says the same to several people, to each in his newest conversation, or in one that begins with it: to all of them or to nobody. Throws
   * `NotFound` for a person whom nobody knows.
   */
  async sendToEach(actor: Actor, { userIds, text, subject }: DirectMessage): Promise<void> {
    await this.db.tx(async (em) => {
      // In one order, so that two of them cannot wait for each other.
      for (const userId of userIds.toSorted((a, b) => a - b)) {
        const ticketId = await this.conversationWith(em, actor, userId, { title: subject, state: 'for-customer' });
        await sendMessage(em, actor, { ticketId, authorId: actor.userId, text, files: [], payload: null });
      }
      await countOccurrences(em, actor.companyId, 'direct-messages', { times: userIds.length });
    });
  }

  /**
   * Says something to a person in the open transaction: in his newest conversation, which stays as it is, or in one that begins with it and
   * waits in the archive for his answer. Throws `NotFound` for a person whom nobody knows.
   */
  async tellIn(em: EntityManager, actor: Actor, { userId, authorId, text }: Announcement): Promise<void> {
    const ticketId = await this.conversationWith(em, actor, userId, { title: null, state: 'archived' });
    await sendMessage(em, actor, { ticketId, authorId, text, files: [], payload: null, state: null });
  }

  private async conversationWith(
    em: EntityManager,
    actor: Actor,
    userId: number,
    fresh: { title: string | null; state: TicketState },
  ): Promise<number> {
    const [newest] = await rows<{ id: number }>(em, NEWEST, [actor.companyId, userId]);
    const rest = { requesterId: userId, teamId: null, agentId: null, channel: '', extra: null };
    return newest?.id ?? this.conversations.startIn(em, actor, { ...fresh, ...rest });
  }

  /** Changes a message. Throws `NotFound`. */
  async change(actor: Actor, id: number, change: MessageChange): Promise<void> {
    await this.db.tx((em) => changeMessage(em, actor, id, change));
  }

  /** Rates a ticket, and changes the message by which the customer was asked, or neither. Throws `NotFound`, `Conflict` when merged. */
  async rate(actor: Actor, ticketId: number, rating: Rating, asked?: { id: number; change: MessageChange }): Promise<void> {
    await this.db.tx(async (em) => {
      await rateTicket(em, actor, ticketId, rating);
      if (asked) await changeMessage(em, actor, asked.id, asked.change);
    });
  }

  /** Deletes a message; of the opening only what it says. Its files go with the next sweep. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const { ticketId, kind } = await lockMessage(em, actor, id);
      await replaceFiles(em, actor, id, []);
      if (kind === 'opening') await rewrite(em, actor, id, '');
      else await deleteReply(em, actor, id);
      await recountMessages(em, actor.companyId, [ticketId]);
      const data = { message_id: String(id), ticket: await presentTicket(em, actor, ticketId) };
      await record(em, { companyId: actor.companyId, type: 'message.deleted', actor: eventActor(actor), ticketId, data });
    });
  }

  /** Marks messages as read; ids that are none are ignored. */
  async markRead(actor: Actor, ids: number[]): Promise<void> {
    const sql = `update messages set status_code = 2 where company_id = $1 and id = any ($2::bigint[]) and kind <> 'note' and status_code <> 2`;
    await this.db.tx((em) => rows(em, sql, [actor.companyId, ids]));
  }
}

async function changeMessage(em: EntityManager, actor: Actor, id: number, change: MessageChange): Promise<void> {
  const place = await lockMessage(em, actor, id);
  if (change.text !== undefined) await rewrite(em, actor, id, change.text);
  if (change.payload !== undefined)
    await rows(em, `update messages set payload = $3 where company_id = $1 and id = $2`, [actor.companyId, id, change.payload]);
  if (change.files !== undefined) await replaceFiles(em, actor, id, change.files);
  await recordChange(em, actor, place, id);
}

async function sendMessage(em: EntityManager, actor: Actor, message: SentMessage): Promise<number> {
  const { ticketId, authorId, text, files, payload, state } = message;
  const ticket = await lockTicket(em, actor, ticketId);
  refuseMerged(ticket);
  const author = await findAuthor(em, actor, authorId);
  // Staff who ask for help themselves are customers of that ticket.
  const as = isStaff(author) && authorId !== ticket.requester_id ? 'agent' : 'customer';
  const prepared = { content: prepareContent({ text }), cc: [], bcc: [], attachmentIds: [], files, payload };
  const { id } = await answer(em, actor, ticket, { authorId, as, message: prepared, isQuiet: state === null });
  if (state !== null) await setState(em, actor, ticketId, state ?? (as === 'agent' ? 'for-customer' : 'for-agent'));
  return id;
}

async function findAuthor(em: EntityManager, actor: Actor, id: number): Promise<{ role: string }> {
  const sql = `select role from users where company_id = $1 and id = $2 and kind <> 'customer_group' for key share`;
  const [author] = await rows<{ role: string }>(em, sql, [actor.companyId, id]);
  if (!author) throw new NotFound('User', id);
  return author;
}

async function lockMessage(em: EntityManager, actor: Actor, id: number): Promise<Place> {
  const [place] = await rows<Place>(em, PLACE, [actor.companyId, id]);
  if (!place) throw new NotFound('Message', id);
  await lockTicket(em, actor, place.ticketId);
  // Meanwhile it may have been moved or deleted.
  const [held] = await rows<Place>(em, `${PLACE} for no key update`, [actor.companyId, id]);
  if (held?.ticketId !== place.ticketId) throw new NotFound('Message', id);
  return held;
}

async function rewrite(em: EntityManager, actor: Actor, id: number, text: string): Promise<void> {
  const { html, htmlPolicy, summary } = prepareContent({ text });
  const sql = `update messages set text = $3, html = $4, html_policy = $5, summary = $6, updated_at = now() where company_id = $1 and id = $2`;
  await rows(em, sql, [actor.companyId, id, text, html, htmlPolicy, summary]);
}

async function replaceFiles(em: EntityManager, actor: Actor, messageId: number, files: readonly LinkedFile[]): Promise<void> {
  // Links have no file of ours; the sweep of unclaimed uploads takes the others.
  await rows(em, `delete from attachments where company_id = $1 and message_id = $2 and external_url is not null`, [
    actor.companyId,
    messageId,
  ]);
  await rows(em, `update attachments set message_id = null, uploaded_by_id = null where company_id = $1 and message_id = $2`, [
    actor.companyId,
    messageId,
  ]);
  await linkFiles(em, actor.companyId, messageId, files);
}

async function deleteReply(em: EntityManager, actor: Actor, id: number): Promise<void> {
  const params = [actor.companyId, id];
  await rows(em, `delete from message_recipients where company_id = $1 and message_id = $2`, params);
  await rows(em, `delete from messages where company_id = $1 and id = $2`, params);
}

async function recordChange(em: EntityManager, actor: Actor, { ticketId, kind }: Place, id: number): Promise<void> {
  const event = { companyId: actor.companyId, actor: eventActor(actor), ticketId };
  const ticket = await presentTicket(em, actor, ticketId);
  if (kind === 'opening') {
    await record(em, { ...event, type: 'ticket.updated', data: { ticket } });
    return;
  }
  const found = await rows<{ view: string; stale: boolean }>(em, REPLY_SQL, [...viewParams(actor, true), ticketId, id]);
  const { view, stale } = only(found);
  await record(em, { ...event, type: 'reply.updated', data: { reply: refreshHtml(view, stale), ticket } });
}
