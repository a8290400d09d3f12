import { Injectable } from '@nestjs/common';
import { eventActor, type Actor, type Visitor } from '../access/actor.js';
import { viewParams } from '../access/view.js';
import { presentOne, removeOne } from '../access/collection.js';
import { newCode } from '../platform/crypto/short-code.js';
import { Database, only, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { JsonText } from '../platform/http/json-text.js';
import { ARTICLE_CATEGORIES } from './article.view.js';
import { HelpCentre } from './help-centre.service.js';

/** What may be set on a category; what is undefined stays. */
export interface ArticleCategoryChange {
  title?: string;
  position?: number;
}

const LIST = `select (select count(*) from article_categories where company_id = $1) as total,
    coalesce(json_agg(${ARTICLE_CATEGORIES.view} order by ${ARTICLE_CATEGORIES.order}), '[]')::text as view
  from (select * from article_categories where company_id = $1 order by position, id limit $2 offset $3) c`;

/** The subjects by which articles are sorted. */
@Injectable()
export class ArticleCategories {
  constructor(
    private readonly db: Database,
    private readonly centre: HelpCentre,
  ) {}

  /** One page, by position. Throws `Unauthenticated` for visitors unless the company lets everybody read. */
  async list(caller: Actor | Visitor, page: Page): Promise<JsonText> {
    await this.centre.refuseUnlessMayRead(caller);
    const params = [caller.companyId, page.perPage, offsetOf(page)];
    const { total, view } = only(await this.db.query<{ total: number; view: string }>(LIST, params));
    return new JsonText(`${pageHead(total, page)},"article_categories":${view}}`);
  }

  /** Throws `NotFound`, and as {@link list}. */
  async show(caller: Actor | Visitor, id: number): Promise<string> {
    await this.centre.refuseUnlessMayRead(caller);
    const sql = `select (${ARTICLE_CATEGORIES.view})::text as view from article_categories c where c.company_id = $1 and c.id = $2`;
    const [found] = await this.db.query<{ view: string }>(sql, [viewParams(caller)[0], id]);
    if (!found) throw new NotFound(ARTICLE_CATEGORIES.noun, id);
    return found.view;
  }

  /** Puts it behind the others unless a position is given. */
  async create(actor: Actor, { title, position }: ArticleCategoryChange & { title: string }): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `insert into article_categories (company_id, code, title, position)
        values ($1, $2, $3, coalesce($4, (select coalesce(max(position), 0) + 1 from article_categories where company_id = $1))) returning id`;
      const { id } = only(await rows<{ id: number }>(em, sql, [actor.companyId, newCode(), title, position ?? null]));
      const view = await presentOne(em, actor, ARTICLE_CATEGORIES, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { article_category: view } };
      await record(em, { ...event, type: 'article_category.created' });
      return view;
    });
  }

  /** Changes what is given. Throws `NotFound`. */
  async update(actor: Actor, id: number, { title, position }: ArticleCategoryChange): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `update article_categories set title = coalesce($3, title), position = coalesce($4, position) where company_id = $1 and id = $2`;
      await rows(em, sql, [actor.companyId, id, title ?? null, position ?? null]);
      const view = await presentOne(em, actor, ARTICLE_CATEGORIES, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { article_category: view } };
      await record(em, { ...event, type: 'article_category.updated' });
      return view;
    });
  }

  /** Its articles stay, and are in it no more. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const view = await removeOne(em, actor, ARTICLE_CATEGORIES, id);
      const { code } = JSON.parse(view) as { code: string };
      const sql = `update articles set categories = array_remove(categories, $2) where company_id = $1 and $2 = any (categories)`;
      await rows(em, sql, [actor.companyId, code]);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { article_category: view } };
      await record(em, { ...event, type: 'article_category.deleted' });
    });
  }
}
