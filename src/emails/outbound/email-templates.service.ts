import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../../access/actor.js';
import { Database, only, rows } from '../../platform/database/database.js';
import { Invalid, NotFound } from '../../platform/errors/app-errors.js';
import { record } from '../../platform/events/record.js';
import type { Template } from './default-templates.js';
import { emailTemplateSql } from './email-template.view.js';
import { TEMPLATE_KINDS, type TemplateKind } from './mail-kinds.js';
import { unknownFieldsOf } from './merge-fields.js';

/** What is to hold from now on: what is undefined stays, and what is null is as the desk has it. */
export type TemplateChange = Partial<Record<keyof Template, string | null>>;

const PARTS = ['subject', 'header', 'body', 'footer'] as const;

const OF = `et.company_id = $1 and et.user_id is not distinct from $2::bigint`;

const LIST = `select json_agg(${emailTemplateSql('k.kind', 'et')} order by k.place)::text as view
  from unnest($3::text[]) with ordinality as k (kind, place) left join email_templates et on ${OF} and et.kind = k.kind`;

const SHOW = `select (${emailTemplateSql('k.kind', 'et')})::text as view
  from (select $3::text as kind) k left join email_templates et on ${OF} and et.kind = k.kind`;

const CHANGE = `
  insert into email_templates as et (company_id, user_id, kind, subject, header, body, footer) values ($1, $2, $3, $5, $7, $9, $11)
  on conflict (company_id, user_id, kind) do update set
    subject = case when $4 then $5 else et.subject end, header = case when $6 then $7 else et.header end,
    body = case when $8 then $9 else et.body end, footer = case when $10 then $11 else et.footer end, updated_at = now()
  returning (${emailTemplateSql('et.kind', 'et')})::text as view`;

const REMOVE = `delete from email_templates et where ${OF} and et.kind = $3 returning (${emailTemplateSql('et.kind', 'et')})::text as view`;

/** How the mails of a company look, and those of one of its agents (`userId`). */
@Injectable()
export class EmailTemplates {
  constructor(private readonly db: Database) {}

  /** Of every kind, whether the company has set anything or not. */
  async list({ companyId }: Actor): Promise<string> {
    return only(await this.db.query<{ view: string }>(LIST, [companyId, null, TEMPLATE_KINDS])).view;
  }

  /** Throws `NotFound` for a kind that is none. */
  async show({ companyId }: Actor, kind: string, userId: number | null = null): Promise<string> {
    return only(await this.db.query<{ view: string }>(SHOW, [companyId, userId, kindOf(kind)])).view;
  }

  /** Changes what is given, for mails that are written from now on. Throws `NotFound` for a kind that is none, `Invalid` for merge fields that are none. */
  async update(actor: Actor, kind: string, change: TemplateChange, userId: number | null = null): Promise<string> {
    const known = kindOf(kind);
    for (const part of PARTS) refuseUnknownFields(part, change[part] ?? '');
    return this.db.tx(async (em) => {
      const values = PARTS.flatMap((part) => [change[part] !== undefined, change[part] ?? null]);
      const { view } = only(await rows<{ view: string }>(em, CHANGE, [actor.companyId, userId, known, ...values]));
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { email_template: view } };
      await record(em, { ...event, type: 'email_template.updated' });
      return view;
    });
  }

  /** Goes back to what the desk has; harmless where nothing was set. Throws `NotFound` for a kind that is none. */
  async remove(actor: Actor, kind: string, userId: number | null = null): Promise<void> {
    const known = kindOf(kind);
    await this.db.tx(async (em) => {
      const [gone] = await rows<{ view: string }>(em, REMOVE, [actor.companyId, userId, known]);
      if (!gone) return;
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { email_template: gone.view } };
      await record(em, { ...event, type: 'email_template.deleted' });
    });
  }
}

function kindOf(given: string): TemplateKind {
  const kind = TEMPLATE_KINDS.find((known) => known === given);
  if (!kind) throw new NotFound('EmailTemplate', given);
  return kind;
}

function refuseUnknownFields(part: string, text: string): void {
  const [unknown] = unknownFieldsOf(text);
  if (unknown !== undefined) throw Invalid.field(part, `names {{${unknown}}}, which is no merge field`);
}
