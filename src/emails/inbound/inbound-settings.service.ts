import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../../access/actor.js';
import { Database, only, rows } from '../../platform/database/database.js';
import { Invalid } from '../../platform/errors/app-errors.js';
import { record } from '../../platform/events/record.js';
import { inboundMailSettingsSql } from './inbound-settings.view.js';

/** What is to hold from now on; what is undefined stays. */
export interface InboundSettingsChange {
  blockedSenders?: string[];
  authservIds?: string[];
  keptDays?: number;
}

const SENDER = /^[^\s@]*@[^\s@]+$/;
const AUTHSERV_ID = /^[^\s;]{1,253}$/;
const LONGEST = 254;

const SHOW = `select (${inboundMailSettingsSql('c')})::text as view from companies c where c.id = $1`;

const CHANGE = `update companies c set mail_blocked_senders = coalesce($2, c.mail_blocked_senders),
    mail_authserv_ids = coalesce($3, c.mail_authserv_ids), mail_kept_days = coalesce($4, c.mail_kept_days)
  where c.id = $1 returning (${inboundMailSettingsSql('c')})::text as view`;

/** How the company wants its incoming mail treated. */
@Injectable()
export class InboundSettings {
  constructor(private readonly db: Database) {}

  async show({ companyId }: Actor): Promise<string> {
    return only(await this.db.query<{ view: string }>(SHOW, [companyId])).view;
  }

  /** Changes what is given, for mail that comes from now on. Throws `Invalid` for what is no address, domain or server. */
  async update(actor: Actor, { blockedSenders, authservIds, keptDays }: InboundSettingsChange): Promise<string> {
    const blocked = blockedSenders?.map((sender) => readOne('blocked_senders', sender, SENDER));
    const servers = authservIds?.map((id) => readOne('trusted_servers', id, AUTHSERV_ID));
    return this.db.tx(async (em) => {
      const values = [actor.companyId, blocked ?? null, servers ?? null, keptDays ?? null];
      const { view } = only(await rows<{ view: string }>(em, CHANGE, values));
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { inbound_mail_settings: view } };
      await record(em, { ...event, type: 'inbound_mail_settings.updated' });
      return view;
    });
  }
}

function readOne(field: string, given: string, form: RegExp): string {
  const text = given.trim().toLowerCase();
  if (!form.test(text) || text.length > LONGEST)
    throw Invalid.field(field, `must not hold ${JSON.stringify(given.slice(0, 50))}`);
  return text;
}
