import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { CATEGORIES } from './category.view.js';

/** What may be set on a category; what is undefined stays. */
export interface CategoryChange {
  name?: string;
  position?: number;
}

export interface NewCategory extends CategoryChange {
  name: string;
}

@Injectable()
export class Categories {
  constructor(private readonly db: Database) {}

  /** One page, by position. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, CATEGORIES, 'categories', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, CATEGORIES, id);
  }

  /** Puts it behind the others unless a position is given. Throws `Invalid` for a name that is taken. */
  async create(actor: Actor, { name, position }: NewCategory): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `insert into categories (company_id, name, position)
        values ($1, $2, coalesce($3, (select coalesce(max(position), 0) + 1 from categories where company_id = $1))) returning id`;
      const { id } = only(await rows<{ id: number }>(em, sql, [actor.companyId, name, position ?? null]));
      const category = await presentOne(em, actor, CATEGORIES, id);
      await record(em, { companyId: actor.companyId, type: 'category.created', actor: eventActor(actor), data: { category } });
      return category;
    });
  }

  /** Changes what is given. Throws `NotFound`, and `Invalid` for a name that is taken. */
  async update(actor: Actor, id: number, { name, position }: CategoryChange): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `update categories set name = coalesce($3, name), position = coalesce($4, position), updated_at = now()
        where company_id = $1 and id = $2`;
      await rows(em, sql, [actor.companyId, id, name ?? null, position ?? null]);
      const category = await presentOne(em, actor, CATEGORIES, id);
      await record(em, { companyId: actor.companyId, type: 'category.updated', actor: eventActor(actor), data: { category } });
      return category;
    });
  }

  /** Its tickets stay and are in no category any more. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const category = await removeOne(em, actor, CATEGORIES, id);
      await record(em, { companyId: actor.companyId, type: 'category.deleted', actor: eventActor(actor), data: { category } });
    });
  }
}
