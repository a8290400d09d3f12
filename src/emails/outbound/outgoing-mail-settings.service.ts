import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../../access/actor.js';
import { Database, only, rows } from '../../platform/database/database.js';
import { record } from '../../platform/events/record.js';

/** What is to hold from now on; what is undefined stays. */
export interface OutgoingSettingsChange {
  replyLine?: string | null;
  quotedMessages?: number;
}

const VIEW = `json_build_object('reply_line', nullif(c.mail_reply_line, ''), 'quoted_messages', c.mail_quoted_messages)::text as view`;

const SHOW = `select ${VIEW} from companies c where c.id = $1`;

const CHANGE = `update companies c set mail_reply_line = case when $2 then coalesce($3, '') else c.mail_reply_line end,
    mail_quoted_messages = coalesce($4, c.mail_quoted_messages)
  where c.id = $1 returning ${VIEW}`;

/** What all mails of a company have in common. */
@Injectable()
export class OutgoingMailSettings {
  constructor(private readonly db: Database) {}

  async show({ companyId }: Actor): Promise<string> {
    return only(await this.db.query<{ view: string }>(SHOW, [companyId])).view;
  }

  /** Changes what is given, for mails that are written from now on. */
  async update(actor: Actor, { replyLine, quotedMessages }: OutgoingSettingsChange): Promise<string> {
    return this.db.tx(async (em) => {
      const values = [actor.companyId, replyLine !== undefined, replyLine ?? null, quotedMessages ?? null];
      const { view } = only(await rows<{ view: string }>(em, CHANGE, values));
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { outgoing_mail_settings: view } };
      await record(em, { ...event, type: 'outgoing_mail_settings.updated' });
      return view;
    });
  }
}
