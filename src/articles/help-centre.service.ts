import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, isStaff, type Actor, type Visitor } from '../access/actor.js';
import { viewParams } from '../access/view.js';
import { Database, only, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { NotFound, Unauthenticated } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { refreshHtml } from '../platform/html/content.js';
import { JsonText } from '../platform/http/json-text.js';
import { ArticleViews } from './article-views.js';
import { ARTICLES_PAGE, ARTICLE_SQL } from './article.view.js';
import { Articles, HOLD, OWN, putTexts } from './articles.service.js';
import { readOne, readTexts, type GivenArticle } from './given-articles.js';

export interface ArticleSearch {
  language?: string;
  q?: string;
  category?: string;
}

/** What may be set on an article; what is undefined stays. */
export interface ArticleChange {
  title?: string;
  /** Html. */
  content?: string;
  link?: string;
  categories?: string[];
  /** By language `{title, content}`; all of them together. */
  translations?: object;
}

export interface NewArticle extends ArticleChange {
  title: string;
}

interface Kept {
  code: string;
  title: string;
  content: string;
  link: string;
  categories: string[];
}

const IS_PUBLIC = `select 1 from company_settings where company_id = $1 and key = 'articles-public' and value = 'true'`;

const INSERT = `insert into articles (company_id, code, link, categories, position)
  values ($1, $2, $3, $4, (select coalesce(max(position), 0) + 1 from articles where company_id = $1)) returning id`;

const KEPT = `select a.code, x.title, x.html as content, a.link, a.categories from articles a
  join article_texts x on x.company_id = a.company_id and x.article_id = a.id and x.language = ''
  where a.company_id = $1 and a.id = $2 for no key update of a`;

const UPDATE = `update articles set link = $3, categories = $4, updated_at = now() where company_id = $1 and id = $2`;

const FORGET_TEXTS = `delete from article_texts where company_id = $1 and article_id = $2 and (language <> '') = $3::boolean`;

/** The help centre as people read it, and its articles one by one. */
@Injectable()
export class HelpCentre {
  constructor(
    private readonly db: Database,
    private readonly articles: Articles,
    private readonly views: ArticleViews,
  ) {}

  /** One page, in their order. Throws `Unauthenticated` for visitors unless the company lets everybody read. */
  async list(caller: Actor | Visitor, { language, q, category }: ArticleSearch, page: Page): Promise<JsonText> {
    await this.refuseUnlessMayRead(caller);
    const search = [language?.toLowerCase() ?? null, q ?? null, category ?? null, page.perPage, offsetOf(page)];
    const { total, view } = only(
      await this.db.query<{ total: number; view: string }>(ARTICLES_PAGE, [...viewParams(caller), ...search]),
    );
    return new JsonText(`${pageHead(total, page)},"articles":${view}}`);
  }

  /** In the language, or the one in which it was written. Reading it counts, but for staff. Throws `NotFound`, and as {@link list}. */
  async show(caller: Actor | Visitor, id: number, language?: string): Promise<string> {
    await this.refuseUnlessMayRead(caller);
    const params = [...viewParams(caller), language?.toLowerCase() ?? null, id];
    const [found] = await this.db.query<{ view: string; stale: boolean }>(ARTICLE_SQL, params);
    if (!found) throw new NotFound('Article', id);
    if (!isStaff(caller)) this.views.note(caller.companyId, id);
    return refreshHtml(found.view, found.stale);
  }

  /** Puts it behind the others. Throws `Invalid`. */
  async create(actor: Actor, { translations = {}, ...article }: NewArticle): Promise<string> {
    const given = readOne(article);
    const translated = readTexts(given, translations);
    return this.db.tx(async (em) => {
      await rows(em, HOLD, [actor.companyId]);
      const values = [actor.companyId, given.code, given.link, given.categories];
      const { id } = only(await rows<{ id: number }>(em, INSERT, values));
      await putTexts(em, actor, OWN, [given]);
      await putAll(em, actor, translated);
      return recordOne(em, actor, 'article.created', await present(em, actor, id));
    });
  }

  /** Changes what is given. Throws `NotFound` and `Invalid`. */
  async update(actor: Actor, id: number, { translations, ...change }: ArticleChange): Promise<string> {
    return this.db.tx(async (em) => {
      const [kept] = await rows<Kept>(em, KEPT, [actor.companyId, id]);
      if (!kept) throw new NotFound('Article', id);
      const given = readOne({ ...kept, ...definedOf(change), id: kept.code });
      await rows(em, UPDATE, [actor.companyId, id, given.link, given.categories]);
      await rows(em, FORGET_TEXTS, [actor.companyId, id, false]);
      await putTexts(em, actor, OWN, [given]);
      if (translations) {
        await rows(em, FORGET_TEXTS, [actor.companyId, id, true]);
        await putAll(em, actor, readTexts(given, translations));
      }
      return recordOne(em, actor, 'article.updated', await present(em, actor, id));
    });
  }

  /** Its ratings and views go with it. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const view = await present(em, actor, id);
      const gone = await rows(em, `delete from articles where company_id = $1 and id = $2 returning 1`, [actor.companyId, id]);
      if (gone.length === 0) throw new NotFound('Article', id);
      await recordOne(em, actor, 'article.deleted', view);
    });
  }

  /** Adds what a reader thinks of it. Throws `NotFound`, and `Conflict` when so many have been counted that no more are. */
  async rate(actor: Actor, id: number, isPositive: boolean): Promise<string> {
    const sql = `select code from articles where company_id = $1 and id = $2`;
    const [article] = await this.db.query<{ code: string }>(sql, [actor.companyId, id]);
    if (!article) throw new NotFound('Article', id);
    await this.articles.rate(actor, article.code, isPositive);
    return this.db.tx((em) => present(em, actor, id));
  }

  /** Throws `Unauthenticated` for visitors unless the company lets everybody read. */
  async refuseUnlessMayRead({ companyId, userId }: Actor | Visitor): Promise<void> {
    if (userId !== null || (await this.db.query(IS_PUBLIC, [companyId])).length > 0) return;
    throw new Unauthenticated('A token is needed: the articles of this desk are not public');
  }
}

function definedOf(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

async function putAll(em: EntityManager, actor: Actor, translated: Map<string, GivenArticle>): Promise<void> {
  for (const [language, text] of translated) await putTexts(em, actor, language, [text]);
}

async function present(em: EntityManager, actor: Actor, id: number): Promise<string> {
  const [found] = await rows<{ view: string; stale: boolean }>(em, ARTICLE_SQL, [...viewParams(actor), null, id]);
  if (!found) throw new NotFound('Article', id);
  return refreshHtml(found.view, found.stale);
}

type ArticleEvent = 'article.created' | 'article.updated' | 'article.deleted';

async function recordOne(em: EntityManager, actor: Actor, type: ArticleEvent, article: string): Promise<string> {
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), data: { article } });
  return article;
}
