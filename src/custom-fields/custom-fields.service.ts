import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import type { FieldType } from './custom-field.entity.js';
import { CUSTOM_FIELDS } from './custom-field.view.js';

/** What may be set on a custom field; what is undefined stays. */
export interface CustomFieldChange {
  name?: string;
  type?: FieldType;
  required?: boolean;
  /** For `select` only; another type forgets them. */
  possibleValues?: string[];
  position?: number;
}

export interface NewCustomField extends CustomFieldChange {
  name: string;
}

interface Choice {
  type: FieldType;
  possibleValues: string[];
}

/** What a company wants to know about its tickets; only the PHP scripts set values and insist on required ones (mapping.md section 7). */
@Injectable()
export class CustomFields {
  constructor(private readonly db: Database) {}

  /** One page, by position. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, CUSTOM_FIELDS, 'custom_fields', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, CUSTOM_FIELDS, id);
  }

  /** Puts it behind the others unless a position is given. Throws `Invalid` for a name that is taken and for values that do not fit the type. */
  async create(actor: Actor, field: NewCustomField): Promise<string> {
    const { type, possibleValues } = choiceAfter({ type: 'text', possibleValues: [] }, field);
    const { name, required = false, position } = field;
    return this.db.tx(async (em) => {
      const sql = `insert into custom_fields (company_id, name, type, required, possible_values, position)
        values ($1, $2, $3, $4, $5, coalesce($6, (select coalesce(max(position), 0) + 1 from custom_fields where company_id = $1))) returning id`;
      const values = [actor.companyId, name, type, required, possibleValues, position ?? null];
      const { id } = only(await rows<{ id: number }>(em, sql, values));
      const view = await presentOne(em, actor, CUSTOM_FIELDS, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { custom_field: view } };
      await record(em, { ...event, type: 'custom_field.created' });
      return view;
    });
  }

  /** Changes what is given; values that tickets hold stay as they are. Throws `NotFound`, and `Invalid` as {@link create}. */
  async update(actor: Actor, id: number, change: CustomFieldChange): Promise<string> {
    return this.db.tx(async (em) => {
      const { type, possibleValues } = choiceAfter(await lockChoice(em, actor, id), change);
      const { name = null, required = null, position = null } = change;
      const sql = `update custom_fields set name = coalesce($3, name), type = $4, required = coalesce($5, required), possible_values = $6,
        position = coalesce($7, position), updated_at = now() where company_id = $1 and id = $2`;
      await rows(em, sql, [actor.companyId, id, name, type, required, possibleValues, position]);
      const view = await presentOne(em, actor, CUSTOM_FIELDS, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { custom_field: view } };
      await record(em, { ...event, type: 'custom_field.updated' });
      return view;
    });
  }

  /** Tickets lose what they hold in it. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const view = await removeOne(em, actor, CUSTOM_FIELDS, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { custom_field: view } };
      await record(em, { ...event, type: 'custom_field.deleted' });
    });
  }
}

async function lockChoice(em: EntityManager, actor: Actor, id: number): Promise<Choice> {
  const sql = `select type, possible_values as "possibleValues" from custom_fields where company_id = $1 and id = $2 for no key update`;
  const [found] = await rows<Choice>(em, sql, [actor.companyId, id]);
  if (!found) throw new NotFound(CUSTOM_FIELDS.noun, id);
  return found;
}

/** The type with what may be chosen, which only a `select` has. */
function choiceAfter(before: Choice, change: Partial<Choice>): Choice {
  const type = change.type ?? before.type;
  const given = change.possibleValues?.map((value) => value.trim()).filter((value) => value !== '');
  if (type !== 'select') {
    if (given && given.length > 0) throw Invalid.field('possible_values', 'are for the type select only');
    return { type, possibleValues: [] };
  }
  const possibleValues = [...new Set(given ?? before.possibleValues)];
  if (possibleValues.length === 0) throw Invalid.field('possible_values', "can't be blank for the type select");
  return { type, possibleValues };
}
