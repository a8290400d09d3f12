import { Injectable } from '@nestjs/common';
import { eventActor, isAgent, type Actor } from '../access/actor.js';
import { viewParams } from '../access/view.js';
import { Database, only, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { refreshHtml } from '../platform/html/content.js';
import { JsonText } from '../platform/http/json-text.js';
import { insertMessage, prepareMessage, type NewMessage } from '../tickets/messages.js';
import { lockTicket, presentTicket, refuseMerged, refuseUnlessVisible } from '../tickets/ticket-rows.js';
import { refuseUnlessMayComment } from '../tickets/ticket.policy.js';
import { COMMENT_SQL, COMMENTS_SQL } from './comment.view.js';

interface Presented {
  view: string;
  stale: boolean;
}

const COUNT = `select comments_count as total from tickets where company_id = $1 and id = $2`;
const COUNT_UP = `update tickets set comments_count = comments_count + 1, last_activity_at = now() where company_id = $1 and id = $2`;

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

  /** Notes something on a ticket; its answer state stays. Throws `Forbidden` for customers, `NotFound`, `Invalid`. */
  async create(actor: Actor, ticketId: number, note: NewMessage): Promise<string> {
    refuseUnlessMayComment(actor);
    const message = prepareMessage(note);
    return this.db.tx(async (em) => {
      refuseMerged(await lockTicket(em, actor, ticketId));
      const place = { ticketId, kind: 'note', authorId: actor.userId, authorIsAgent: isAgent(actor), writtenById: null } as const;
      const id = await insertMessage(em, actor, place, message);
      await rows(em, COUNT_UP, [actor.companyId, ticketId]);
      const { view, stale } = only(await rows<Presented>(em, COMMENT_SQL, [...viewParams(actor), ticketId, id]));
      const data = { comment: refreshHtml(view, stale), ticket: await presentTicket(em, actor, ticketId) };
      await record(em, { companyId: actor.companyId, type: 'comment.created', actor: eventActor(actor), ticketId, data });
      return data.comment;
    });
  }
}
