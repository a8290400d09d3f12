import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../../access/actor.js';
import type { StoredFile } from '../../attachments/downloads.service.js';
import { Database, only, rows, tellAfterCommit } from '../../platform/database/database.js';
import { Conflict, Invalid, NotFound } from '../../platform/errors/app-errors.js';
import { JsonText } from '../../platform/http/json-text.js';
import { DiskStorage } from '../../platform/storage/disk-storage.js';
import { InboundAddresses } from './inbound-addresses.js';
import { EXPLAINED_INBOUND_EMAIL_SQL, INBOUND_EMAIL_SQL, INBOUND_STATES, type InboundState } from './inbound-email.view.js';
import { InboundMailbag, type NewEnvelope } from './inbound-mailbag.js';
import { InboundPipeline } from './inbound-pipeline.js';
import type { Decision } from './inbound.types.js';
import { RawMail, wholeOf } from './raw-mail.js';

/** Which of the mails of the company, newest first; a cursor goes on behind the mail that it names. */
export interface InboundSlice {
  state?: InboundState;
  perPage: number;
  cursor?: string;
}

/** A mail as somebody hands it over, with what he knows about its way. */
export interface HandedMail {
  forwardingAddressId?: number;
  mailFrom?: string;
  rcptTo?: string[];
  content: Readable;
}

const NOUN = 'InboundEmail';
const CURSOR = /^\d{1,15}$/;

// Each state is read off the index by itself and no further than a page, so that the rarest among a million is found as quickly as any.
export const INBOUND_PAGE = `
  with page as (
    select e.* from unnest($2::text[]) as wanted (state) cross join lateral (
      select * from inbound_emails where company_id = $1 and state = wanted.state and id < coalesce($3::bigint, 9223372036854775807)
      order by id desc limit $4::integer + 1
    ) e order by e.id desc limit $4::integer + 1
  ), presented as (
    select e.id, ${INBOUND_EMAIL_SQL} as view from (select * from page order by id desc limit $4) e
  )
  select coalesce(json_agg(view order by id desc), '[]')::text as emails,
    case when (select count(*) from page) > $4 then min(id) end as next
  from presented`;

const SHOW = `select (${EXPLAINED_INBOUND_EMAIL_SQL})::text as view from inbound_emails e where e.company_id = $1 and e.id = $2`;
const PRESENT = `select (${INBOUND_EMAIL_SQL})::text as view from inbound_emails e where e.company_id = $1 and e.id = $2`;
const SOURCE = `select storage_key as "storageKey", byte_size as size from inbound_emails where company_id = $1 and id = $2`;

// What is with a worker at this moment stays with him.
const BEGIN_ANEW = `
  update inbound_emails set due_at = now(), failures = 0, crashes = 0, finished_at = null, error = null, state = 'pending',
    queued_at = case when state = 'pending' then queued_at end, leased_until = case when state = 'pending' then leased_until end
  where company_id = $1 and id = $2 and storage_key is not null and state not in ('new_ticket', 'reply', 'agent_reply') returning 1`;

/** The mail that has come in, what has become of it, and another way in. */
@Injectable()
export class InboundEmails {
  constructor(
    private readonly db: Database,
    private readonly storage: DiskStorage,
    private readonly addresses: InboundAddresses,
    private readonly mailbag: InboundMailbag,
    private readonly pipeline: InboundPipeline,
  ) {}

  /** One page, newest first; they are not counted. Throws `Invalid` for a cursor that is none. */
  async list(actor: Actor, { state, perPage, cursor }: InboundSlice): Promise<JsonText> {
    if (cursor !== undefined && !CURSOR.test(cursor)) throw Invalid.field('cursor', 'is not a cursor of this list');
    const params = [actor.companyId, state === undefined ? INBOUND_STATES : [state], cursor ?? null, perPage];
    const { emails, next } = only(await this.db.query<{ emails: string; next: number | null }>(INBOUND_PAGE, params));
    const cursorText = next === null ? 'null' : `"${next}"`;
    return new JsonText(`{"has_more":${next !== null},"next_cursor":${cursorText},"inbound_emails":${emails}}`);
  }

  /** With every step that was taken. Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    const [found] = await this.db.query<{ view: string }>(SHOW, [actor.companyId, id]);
    if (!found) throw new NotFound(NOUN, id);
    return found.view;
  }

  /**
   * Keeps a mail; when it resolves the mail is safe, and soon it becomes what it is to become. Throws `Invalid` for a forwarding address that is
   * none, and `Unreadable` for a mail that is too large.
   */
  async receive(actor: Actor, mail: HandedMail): Promise<string> {
    const envelope = await this.envelopeOf(actor, mail);
    const id = only(await whole(mail.content, (content) => this.mailbag.keep([envelope], content)));
    return only(await this.db.query<{ view: string }>(PRESENT, [actor.companyId, id])).view;
  }

  /** Tells what a mail would become, and why; nothing is kept or changed. Throws as {@link receive}. */
  async dryRun(actor: Actor, mail: HandedMail): Promise<Decision> {
    const envelope = await this.envelopeOf(actor, mail);
    const raw = await whole(mail.content, (content) => buffer(content.pipe(new RawMail())));
    return this.pipeline.decide(raw, { ...envelope, receivedAt: new Date() });
  }

  /** The mail as it came. Throws `NotFound`, also when it is kept no longer. */
  async source(actor: Actor, id: number): Promise<StoredFile> {
    const [found] = await this.db.query<{ storageKey: string | null; size: number }>(SOURCE, [actor.companyId, id]);
    if (!found) throw new NotFound(NOUN, id);
    const { storageKey, size } = found;
    if (storageKey === null) throw new NotFound('Source', id);
    const file = { filename: `inbound-email-${id}.eml`, contentType: 'message/rfc822', size, storageKey };
    return { ...file, read: (range) => this.storage.read(storageKey, range) };
  }

  /**
   * Has a mail looked at again, as if it had just come; one that waits waits no longer. Throws `NotFound`, and `Conflict` when it is part of a
   * ticket already or its source is kept no longer.
   */
  async reprocess(actor: Actor, id: number): Promise<string> {
    return this.db.tx(async (em) => {
      if ((await rows(em, BEGIN_ANEW, [actor.companyId, id])).length === 0) await refuse(em, actor, id);
      tellAfterCommit(em);
      return only(await rows<{ view: string }>(em, PRESENT, [actor.companyId, id])).view;
    });
  }

  private async envelopeOf(actor: Actor, { forwardingAddressId, mailFrom, rcptTo = [] }: HandedMail): Promise<NewEnvelope> {
    const known = { companyId: actor.companyId, door: 'api', mailFrom: mailFrom ?? null, rcptTo, remoteAddress: null } as const;
    if (forwardingAddressId !== undefined) {
      const sql = `select 1 from forwarding_addresses where company_id = $1 and id = $2 and deleted_at is null`;
      const found = await this.db.query(sql, [actor.companyId, forwardingAddressId]);
      if (found.length === 0) throw Invalid.field('forwarding_address_id', 'is not a forwarding address of this company');
      return { ...known, forwardingAddressId };
    }
    const own = (await this.addresses.byCompany(rcptTo)).find(({ companyId }) => companyId === actor.companyId);
    return { ...known, forwardingAddressId: own?.forwardingAddressId ?? null };
  }
}

async function refuse(em: EntityManager, { companyId }: Actor, id: number): Promise<never> {
  const [found] = await rows<{ storageKey: string | null }>(em, SOURCE, [companyId, id]);
  if (!found) throw new NotFound(NOUN, id);
  throw new Conflict(
    found.storageKey === null ? 'The source of the mail is kept no longer' : 'The mail is part of a ticket already',
  );
}

/** Whoever has sent too much says all of it before he is told. */
async function whole<Result>(given: Readable, work: (content: Readable) => Promise<Result>): Promise<Result> {
  try {
    return await work(wholeOf(given));
  } catch (error) {
    given.unpipe();
    given.resume();
    throw error;
  }
}
