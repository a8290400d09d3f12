import { Injectable } from '@nestjs/common';
import type { Actor } from '../../access/actor.js';
import { Database } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors/app-errors.js';
import { refreshHtml } from '../../platform/html/content.js';
import { refuseUnlessVisible } from '../../tickets/ticket-rows.js';

const WHOLE = `select json_build_object('text', coalesce(rm.whole_text, m.text), 'html', coalesce(rm.whole_html, m.html, ''),
    'is_shortened', rm.whole_text is not null or rm.whole_html is not null)::text as view
  from messages m left join received_messages rm on rm.company_id = m.company_id and rm.message_id = m.id
  where m.company_id = $1 and m.ticket_id = $2 and m.id = $3 and m.kind = 'reply' order by rm.id limit 1`;

/** Messages as they came by mail, with what their writers quoted. */
@Injectable()
export class WholeMessages {
  constructor(private readonly db: Database) {}

  /** The JSON text of what a mail said that became this reply. of one that came otherwise it is what is shown. Throws `NotFound` for a reply of another ticket. */
  async show(actor: Actor, ticketId: number, replyId: number): Promise<string> {
    await refuseUnlessVisible(this.db, actor, ticketId);
    const [found] = await this.db.query<{ view: string }>(WHOLE, [actor.companyId, ticketId, replyId]);
    if (!found) throw new NotFound('Reply', replyId);
    // Under which rules it was cleaned is not kept, so it is cleaned under today's.
    return refreshHtml(found.view, true);
  }
}
