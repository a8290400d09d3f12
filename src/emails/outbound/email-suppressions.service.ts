import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../../access/actor.js';
import { listPage, presentOne, removeOne } from '../../access/collection.js';
import { Database, only, rows } from '../../platform/database/database.js';
import type { Page } from '../../platform/database/page.js';
import { record } from '../../platform/events/record.js';
import type { JsonText } from '../../platform/http/json-text.js';
import { EMAIL_SUPPRESSIONS } from './email-suppression.view.js';

const OF_EMAIL = `($5::text is null or s.address = lower($5))`;

/** The addresses to which a company sends no mail. */
@Injectable()
export class EmailSuppressions {
  constructor(private readonly db: Database) {}

  /** One page, oldest first, of one address if it is named. */
  async list(actor: Actor, email: string | undefined, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, EMAIL_SUPPRESSIONS, 'suppressions', page, { where: OF_EMAIL, values: [email ?? null] });
  }

  /** From now on nothing is sent to the address, nor what waits already. Throws `Invalid` when it is suppressed. */
  async create(actor: Actor, { email, note }: { email: string; note?: string | null }): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `insert into email_suppressions (company_id, address, reason, note) values ($1, lower($2), 'manual', $3) returning id`;
      const { id } = only(await rows<{ id: number }>(em, sql, [actor.companyId, email, note ?? null]));
      const suppression = await presentOne(em, actor, EMAIL_SUPPRESSIONS, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { suppression } };
      await record(em, { ...event, type: 'email_suppression.created' });
      return suppression;
    });
  }

  /** From now on the address gets mail again; what was suppressed stays unsent. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const suppression = await removeOne(em, actor, EMAIL_SUPPRESSIONS, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { suppression } };
      await record(em, { ...event, type: 'email_suppression.deleted' });
    });
  }
}
