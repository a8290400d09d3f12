import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { newCode } from '../platform/crypto/short-code.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { AUTOMATIONS } from './automation.view.js';
import * as given from './given-automations.js';

/** What may be set on an automation; what is undefined stays. */
export interface AutomationChange {
  name?: string;
  enabled?: boolean;
  conditions?: unknown;
  /** Only what it names changes; null takes a text away. */
  content?: object;
  /** All of them together. */
  translations?: object;
}

export interface NewAutomation extends AutomationChange {
  kind: given.AutomationKind;
}

/** One automation as programs know it. */
export interface KeptAutomation extends given.GivenAutomation {
  translations: Record<string, given.Content>;
}

const HOLD = `select 1 from companies where id = $1 for no key update`;
const FORGET = `delete from automations where company_id = $1 and code <> all ($2::text[])`;
const PUT = `insert into automations as a (company_id, code, kind, name, conditions, content, translations, position)
  select $1, g.code, g.kind, g.name, g.conditions, g.content, g.translations, g.place
  from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::jsonb[])
    with ordinality as g (code, kind, name, conditions, content, translations, place)
  on conflict (company_id, code) do update set kind = excluded.kind, name = excluded.name, conditions = excluded.conditions,
    content = excluded.content, translations = case when $8 then excluded.translations else a.translations end,
    position = excluded.position, updated_at = now()`;
const INSERT = `insert into automations (company_id, code, kind, name, enabled, conditions, content, translations, position)
  values ($1, $2, $3, $4, $5, $6, jsonb_strip_nulls($7::jsonb), $8, (select coalesce(max(position), 0) + 1 from automations where company_id = $1)) returning id`;
const UPDATE = `update automations set name = coalesce($3, name), enabled = coalesce($4, enabled), conditions = coalesce($5::jsonb, conditions),
    content = jsonb_strip_nulls(content || coalesce($6::jsonb, '{}')), translations = coalesce($7::jsonb, translations), updated_at = now()
  where company_id = $1 and id = $2`;
const DOCUMENT = `select code, kind, name, conditions, content, translations from automations where company_id = $1
  order by position, id limit ${given.MOST_AUTOMATIONS}`;

/** What is said and shown to people by itself, as the company has set it up. */
@Injectable()
export class Automations {
  constructor(private readonly db: Database) {}

  /** One page, in their order. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, AUTOMATIONS, 'automations', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, AUTOMATIONS, id);
  }

  /** All of them as programs keep them, in their order. */
  async all({ companyId }: Actor): Promise<KeptAutomation[]> {
    return this.db.query<KeptAutomation>(DOCUMENT, [companyId]);
  }

  /** Puts it behind the others. Throws `Invalid`, also where there are too many. */
  async create(actor: Actor, { kind, name = '', enabled = true, ...more }: NewAutomation): Promise<string> {
    const { conditions, content, translations } = readChange(more);
    return this.db.tx(async (em) => {
      await rows(em, HOLD, [actor.companyId]);
      const values = [actor.companyId, newCode(), kind, name, enabled, conditions ?? '[]', content ?? '{}', translations ?? '{}'];
      const { id } = only(await rows<{ id: number }>(em, INSERT, values));
      await refuseTooMany(em, actor);
      return recordOne(em, actor, 'automation.created', await presentOne(em, actor, AUTOMATIONS, id));
    });
  }

  /** Changes what is given; those for whom it has run stay so. Throws `NotFound` and `Invalid`. */
  async update(actor: Actor, id: number, { name, enabled, ...more }: AutomationChange): Promise<string> {
    const { conditions, content, translations } = readChange(more);
    return this.db.tx(async (em) => {
      const values = [
        actor.companyId,
        id,
        name ?? null,
        enabled ?? null,
        conditions ?? null,
        content ?? null,
        translations ?? null,
      ];
      await rows(em, UPDATE, values);
      return recordOne(em, actor, 'automation.updated', await presentOne(em, actor, AUTOMATIONS, id));
    });
  }

  /** Its log goes with it. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      await recordOne(em, actor, 'automation.deleted', await removeOne(em, actor, AUTOMATIONS, id));
    });
  }

  /**
   * Puts these in the place of all automations; those of a known id keep their log. Translations stay as they are unless some are given, and
   * those of unknown automations are dropped. Throws `Invalid`, and then nothing has changed.
   */
  async replace(actor: Actor, automations: object, translations: object | null): Promise<void> {
    const read = given.readAutomations(automations);
    const translated = given.readTranslations(translations ?? {});
    await this.db.tx(async (em) => {
      await rows(em, HOLD, [actor.companyId]);
      const codes = read.map(({ code }) => code);
      await rows(em, `set local statement_timeout = '10min'`);
      await rows(em, FORGET, [actor.companyId, codes]);
      await rows(em, PUT, [
        ...[actor.companyId, codes, read.map(({ kind }) => kind), read.map(({ name }) => name)],
        read.map(({ conditions }) => JSON.stringify(conditions)),
        read.map(({ content }) => JSON.stringify(content)),
        codes.map((code) => JSON.stringify(translated.get(code) ?? {})),
        translations !== null,
      ]);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { ids: JSON.stringify(codes) } };
      await record(em, { ...event, type: 'automations.replaced' });
    });
  }
}

type Pieces = Pick<AutomationChange, 'conditions' | 'content' | 'translations'>;

/** As the columns take it. */
function readChange({ conditions, content, translations }: Pieces): { [Name in keyof Pieces]?: string } {
  // An empty text is none.
  const texts = content && Object.entries(given.readContent({ ...content }, 'content'));
  const read = texts && Object.fromEntries(texts.map(([name, text]) => [name, text === '' ? null : text]));
  return {
    ...(conditions !== undefined && { conditions: JSON.stringify(given.readConditions(conditions)) }),
    ...(read && { content: JSON.stringify(read) }),
    ...(translations && { translations: JSON.stringify(given.readLanguages(translations)) }),
  };
}

async function refuseTooMany(em: EntityManager, { companyId }: Actor): Promise<void> {
  const { count } = only(
    await rows<{ count: number }>(em, `select count(*) as count from automations where company_id = $1`, [companyId]),
  );
  if (count > given.MOST_AUTOMATIONS) throw Invalid.field('automations', `must be at most ${given.MOST_AUTOMATIONS}`);
}

type AutomationEvent = 'automation.created' | 'automation.updated' | 'automation.deleted';

async function recordOne(em: EntityManager, actor: Actor, type: AutomationEvent, automation: string): Promise<string> {
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), data: { automation } });
  return automation;
}
