import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne, type Collection } from '../access/collection.js';
import { ENV, type Env } from '../config/env.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { parseRecipients } from '../users/addresses.js';
import { forwardingAddresses } from './forwarding-address.view.js';
import { ImapSettings, type ImapChange } from './inbound/imap-settings.js';

/** What may be set on a forwarding address; what is undefined stays. */
export interface ForwardingAddressChange {
  email?: string;
  name?: string;
  filterSpam?: boolean;
  useAgentName?: boolean;
  autoResponse?: boolean;
  /** Comma separated; null for nobody. */
  globalBcc?: string | null;
  /** Where its mail is fetched, unless it is forwarded. */
  imap?: ImapChange;
}

export interface NewForwardingAddress extends ForwardingAddressChange {
  email: string;
}

// Whoever knows it can write tickets, so that it must not be guessed; mail servers fold the case of addresses, so that it has none.
const HASH_BYTES = 20;

/** The addresses to which customers write, and where their mail is forwarded to. */
@Injectable()
export class ForwardingAddresses {
  private readonly collection: Collection;

  constructor(
    @Inject(ENV) env: Env,
    private readonly db: Database,
    private readonly imap: ImapSettings,
  ) {
    this.collection = forwardingAddresses(env.INBOUND_MAIL_DOMAIN);
  }

  /** One page, oldest first. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, this.collection, 'forwarding_addresses', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, this.collection, id);
  }

  /** Throws `Invalid` for an address that is taken, a bcc that cannot be read, and a mailbox that must not be asked. */
  async create(actor: Actor, address: NewForwardingAddress): Promise<string> {
    const { email, name = '', filterSpam = false, useAgentName = false, autoResponse = false } = address;
    const globalBcc = readBcc(address.globalBcc ?? null);
    const hash = randomBytes(HASH_BYTES).toString('hex');
    return this.db.tx(async (em) => {
      const sql = `insert into forwarding_addresses (company_id, email, name, filter_spam, use_agent_name, global_bcc, forwarding_hash, auto_response)
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`;
      const values = [actor.companyId, email, name, filterSpam, useAgentName, globalBcc, hash, autoResponse];
      const { id } = only(await rows<{ id: number }>(em, sql, values));
      if (address.imap) await this.imap.change(em, actor.companyId, id, address.imap);
      const view = await presentOne(em, actor, this.collection, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { forwarding_address: view } };
      await record(em, { ...event, type: 'forwarding_address.created' });
      return view;
    });
  }

  /** Changes what is given; mail is still forwarded to the same place. Throws `NotFound`, and `Invalid` as {@link create}. */
  async update(actor: Actor, id: number, change: ForwardingAddressChange): Promise<string> {
    const { email = null, name = null, filterSpam = null, useAgentName = null, autoResponse = null } = change;
    const globalBcc = readBcc(change.globalBcc ?? null);
    return this.db.tx(async (em) => {
      const sql = `update forwarding_addresses set email = coalesce($3, email), name = coalesce($4, name), filter_spam = coalesce($5, filter_spam),
        use_agent_name = coalesce($6, use_agent_name), global_bcc = case when $7 then $8 else global_bcc end,
        auto_response = coalesce($9, auto_response), updated_at = now()
        where company_id = $1 and id = $2 and deleted_at is null`;
      const setsBcc = change.globalBcc !== undefined;
      const values = [actor.companyId, id, email, name, filterSpam, useAgentName, setsBcc, globalBcc, autoResponse];
      const changed = await rows(em, `${sql} returning 1`, values);
      if (change.imap && changed.length > 0) await this.imap.change(em, actor.companyId, id, change.imap);
      const view = await presentOne(em, actor, this.collection, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { forwarding_address: view } };
      await record(em, { ...event, type: 'forwarding_address.updated' });
      return view;
    });
  }

  /**
   * From now on no mail is taken for the address, and none is sent under it; tickets that came to it stay, and still tell so.
   * Throws `NotFound`.
   */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const view = await removeOne(em, actor, this.collection, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { forwarding_address: view } };
      await record(em, { ...event, type: 'forwarding_address.deleted' });
    });
  }
}

function readBcc(given: string | null): string | null {
  if (given === null) return null;
  return parseRecipients('global_bcc', [given])
    .map(({ email }) => email)
    .join(', ');
}
