import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { DEFAULT_COLOR } from './label.entity.js';
import { LABELS } from './label.view.js';

/** What may be set on a label; what is undefined stays. */
export interface LabelChange {
  name?: string;
  color?: string;
}

export interface NewLabel extends LabelChange {
  name: string;
}

/** The words with which a company sorts its tickets. What names and colours may be, the table's own constraints say. */
@Injectable()
export class Labels {
  constructor(private readonly db: Database) {}

  /** One page, by name. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, LABELS, 'labels', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, LABELS, id);
  }

  /** Throws `Invalid` for a name that is taken, reserved or holds a comma, and for what is no colour. */
  async create(actor: Actor, { name, color = DEFAULT_COLOR }: NewLabel): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `insert into labels (company_id, name, color) values ($1, $2, lower($3)) returning id`;
      const { id } = only(await rows<{ id: number }>(em, sql, [actor.companyId, name, color]));
      const label = await presentOne(em, actor, LABELS, id);
      await record(em, { companyId: actor.companyId, type: 'label.created', actor: eventActor(actor), data: { label } });
      return label;
    });
  }

  /** Changes what is given; every ticket with the label shows it at once. Throws `NotFound`, and `Invalid` as {@link create}. */
  async update(actor: Actor, id: number, { name, color }: LabelChange): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `update labels set name = coalesce($3, name), color = coalesce(lower($4), color) where company_id = $1 and id = $2`;
      await rows(em, sql, [actor.companyId, id, name ?? null, color ?? null]);
      const label = await presentOne(em, actor, LABELS, id);
      await record(em, { companyId: actor.companyId, type: 'label.updated', actor: eventActor(actor), data: { label } });
      return label;
    });
  }

  /** Takes the label off all tickets and forgets it. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const label = await removeOne(em, actor, LABELS, id);
      await record(em, { companyId: actor.companyId, type: 'label.deleted', actor: eventActor(actor), data: { label } });
    });
  }
}
