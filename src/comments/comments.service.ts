import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, isAgent, type Actor } from '../access/actor.js';
import { viewParams } from '../access/view.js';
import { Database, only, prepared, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { Forbidden, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { refreshHtml } from '../platform/html/content.js';
import { JsonText } from '../platform/http/json-text.js';
import { insertMessage, prepareMessage, type NewMessage } from '../tickets/messages.js';
import { recountMessages } from '../tickets/ticket-counters.js';
import { lockTicket, presentTicket, refuseMerged, refuseUnlessVisible } from '../tickets/ticket-rows.js';
import { refuseUnlessMayComment } from '../tickets/ticket.policy.js';
import { COMMENT_SQL, COMMENTS_SQL } from './comment.view.js';

interface Presented {
  view: string;
  stale: boolean;
}

const COUNT = `select comments_count as total from tickets where company_id = $1 and id = $2`;
const COUNT_UP = `update tickets set comments_count = comments_count + 1, last_activity_at = now() where company_id = $1 and id = $2`;

const TITLE = `update messages set title = $3 where company_id = $1 and id = $2`;

/** The sweep of unclaimed uploads takes the files. */
const REMOVAL = [
  `update attachments set message_id = null, uploaded_by_id = null where company_id = $1 and message_id = $2`,
  `delete from message_recipients where company_id = $1 and message_id = $2`,
  `delete from messages where company_id = $1 and id = $2`,
];

export interface NewNote extends NewMessage {
  /** Whose note it is, if not the actor's own. */
  authorId?: number;
  title?: string;
}

/** Internal notes: staff only, and never a sign of life to customers. */
@Injectable()
export class Comments {
  constructor(private readonly db: Database) {}

  /** The comments of a ticket, oldest first. Throws `Forbidden` for customers, `NotFound`. */
  async list(actor: Actor, ticketId: number, page: Page): Promise<JsonText> {
    refuseUnlessMayComment(actor);
    await refuseUnlessVisible(this.db, actor, ticketId);
    const [{ total }, { view, stale }] = await Promise.all([
      this.db.query<{ total: number }>(COUNT, [actor.companyId, ticketId]).then(only),
      this.db.query<Presented>(COMMENTS_SQL, [...viewParams(actor), ticketId, page.perPage, offsetOf(page)]).then(only),
    ]);
    return new JsonText(`${pageHead(total, page)},"comments":${refreshHtml(view, stale)}}`);
  }

  /** Throws `Forbidden` for customers, `NotFound` also for a comment of another ticket. */
  async show(actor: Actor, ticketId: number, id: number): Promise<string> {
    refuseUnlessMayComment(actor);
    await refuseUnlessVisible(this.db, actor, ticketId);
    const [found] = await this.db.query<Presented>(COMMENT_SQL, [...viewParams(actor), ticketId, id]);
    if (!found) throw new NotFound('Comment', id);
    return refreshHtml(found.view, found.stale);
  }

  /**
   * Notes something on a ticket; its answer state stays. Throws `Forbidden` for customers, and for `authorId` by others than admins; `NotFound`,
   * also for an author who is no member of the staff; `Invalid`.
   */
  async create(actor: Actor, ticketId: number, { authorId = actor.userId, title, ...note }: NewNote): Promise<string> {
    refuseUnlessMayComment(actor);
    if (authorId !== actor.userId && actor.role !== 'admin') throw new Forbidden('Only admins write on behalf of others');
    const message = prepareMessage(note);
    return this.db.tx(async (em) => {
      refuseMerged(await lockTicket(em, actor, ticketId));
      const author = authorId === actor.userId ? actor : await findStaff(em, actor, authorId);
      const writtenById = authorId === actor.userId ? null : actor.userId;
      const place = { ticketId, kind: 'note', authorId, authorIsAgent: isAgent(author), writtenById } as const;
      const id = await insertMessage(em, actor, place, message);
      if (title !== undefined) await rows(em, TITLE, [actor.companyId, id, title]);
      await rows(em, COUNT_UP, [actor.companyId, ticketId]);
      const { view, stale } = only(
        await prepared<Presented>(em, 'present-comment', COMMENT_SQL, [...viewParams(actor), ticketId, id]),
      );
      const data = { comment: refreshHtml(view, stale), ticket: await presentTicket(em, actor, ticketId) };
      await record(em, { companyId: actor.companyId, type: 'comment.created', actor: eventActor(actor), ticketId, data });
      return data.comment;
    });
  }

  /** Deletes a note with its files. Throws `Forbidden` for others than admins; `NotFound`, also for a note of another ticket. */
  async remove(actor: Actor, ticketId: number, id: number): Promise<void> {
    if (actor.role !== 'admin') throw new Forbidden('Only admins delete notes');
    await this.db.tx(async (em) => {
      await lockTicket(em, actor, ticketId);
      const [found] = await prepared<Presented>(em, 'present-comment', COMMENT_SQL, [...viewParams(actor), ticketId, id]);
      if (!found) throw new NotFound('Comment', id);
      for (const sql of REMOVAL) await rows(em, sql, [actor.companyId, id]);
      await recountMessages(em, actor.companyId, [ticketId]);
      const data = { comment: refreshHtml(found.view, found.stale), ticket: await presentTicket(em, actor, ticketId) };
      await record(em, { companyId: actor.companyId, type: 'comment.deleted', actor: eventActor(actor), ticketId, data });
    });
  }
}

async function findStaff(em: EntityManager, actor: Actor, id: number): Promise<{ role: string }> {
  const sql = `select role from users where company_id = $1 and id = $2 and role <> 'customer' for key share`;
  const [found] = await rows<{ role: string }>(em, sql, [actor.companyId, id]);
  if (!found) throw new NotFound('User', id);
  return found;
}
