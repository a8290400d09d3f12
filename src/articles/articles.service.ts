import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { Database, rows } from '../platform/database/database.js';
import { Conflict, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { readArticles, readCategories, readTranslations, type GivenArticle } from './given-articles.js';

/** The language in which articles are written. */
export const OWN = '';
const MOST_RATINGS = 10_000;

/** Who changes the help centre waits for who does so already. */
export const HOLD = `select 1 from companies where id = $1 for no key update`;

const PUT = `insert into articles as a (company_id, code, link, categories, position)
  select $1, g.code, g.link, array(select json_array_elements_text(g.categories::json)), g.place
  from unnest($2::text[], $3::text[], $4::text[]) with ordinality as g (code, link, categories, place)
  on conflict (company_id, code) do update set link = excluded.link, categories = excluded.categories, position = excluded.position,
    updated_at = now()`;

const FORGET = `delete from articles where company_id = $1 and code <> all ($2::text[])`;

const FORGET_TEXTS = `delete from article_texts where company_id = $1 and (language <> '') = $2::boolean`;

// A tsvector holds at most 1 MB, so that only the beginning of an enormous text is searched.
const PUT_TEXTS = `insert into article_texts (company_id, article_id, language, title, text, html, html_policy, words)
  select $1, a.id, $2, g.title, g.text, g.html, g.policy, to_tsvector('polydesk', left(g.title || ' ' || g.text, 200000))
  from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[]) as g (code, title, text, html, policy)
  join articles a on a.company_id = $1 and a.code = g.code`;

const PUT_CATEGORIES = `insert into article_categories (company_id, code, title, position)
  select $1, g.code, g.title, g.place from unnest($2::text[], $3::text[]) with ordinality as g (code, title, place)`;

const FIND = `select id from articles where company_id = $1 and code = $2 for key share`;

/** The help centre of a company: articles in several languages, their categories, and what readers think of them. */
@Injectable()
export class Articles {
  constructor(private readonly db: Database) {}

  /**
   * Puts these in the place of all articles; those of a known id keep their ratings. Translations stay as they are unless some are given,
   * and those of unknown articles are dropped. Throws `Invalid`, and then nothing has changed.
   */
  async replace(actor: Actor, list: unknown, translations: object | null): Promise<void> {
    const articles = readArticles(list);
    const translated = translations === null ? null : readTranslations(translations);
    await this.db.tx(async (em) => {
      await rows(em, HOLD, [actor.companyId]);
      const codes = articles.map(({ code }) => code);
      await rows(em, FORGET, [actor.companyId, codes]);
      const categories = articles.map((article) => JSON.stringify(article.categories));
      await rows(em, PUT, [actor.companyId, codes, articles.map(({ link }) => link), categories]);
      await rows(em, FORGET_TEXTS, [actor.companyId, false]);
      await putTexts(em, actor, OWN, articles);
      if (translated !== null) await rows(em, FORGET_TEXTS, [actor.companyId, true]);
      for (const [language, texts] of translated ?? []) await putTexts(em, actor, language, texts);
      await tell(em, actor, 'articles.replaced', codes);
    });
  }

  /** Puts these in the place of all categories. Throws `Invalid`. */
  async replaceCategories(actor: Actor, list: unknown): Promise<void> {
    const categories = readCategories(list);
    await this.db.tx(async (em) => {
      await rows(em, HOLD, [actor.companyId]);
      await rows(em, `delete from article_categories where company_id = $1`, [actor.companyId]);
      const codes = categories.map(({ code }) => code);
      await rows(em, PUT_CATEGORIES, [actor.companyId, codes, categories.map(({ title }) => title)]);
      await tell(em, actor, 'article_categories.replaced', codes);
    });
  }

  /** Adds what a reader thinks of an article. Throws `NotFound`, and `Conflict` when so many have been counted that no more are. */
  async rate(actor: Actor, code: string, isPositive: boolean): Promise<void> {
    await this.db.tx(async (em) => {
      const id = await find(em, actor, code);
      const sql = `insert into article_ratings (company_id, article_id, rating)
        select $1, $2, $3 where (select count(*) from article_ratings where company_id = $1 and article_id = $2) < ${MOST_RATINGS} returning 1`;
      const added = await rows(em, sql, [actor.companyId, id, isPositive ? 1 : -1]);
      if (added.length === 0) throw new Conflict(`An article has at most ${MOST_RATINGS} ratings`);
      await tell(em, actor, 'article.rated', [code]);
    });
  }

  /** All ratings of an article, 1 or -1, the oldest first. Throws `NotFound`. */
  async ratings(actor: Actor, code: string): Promise<number[]> {
    return this.db.tx(async (em) => {
      const id = await find(em, actor, code);
      const sql = `select rating from article_ratings where company_id = $1 and article_id = $2 order by id limit ${MOST_RATINGS}`;
      return (await rows<{ rating: number }>(em, sql, [actor.companyId, id])).map(({ rating }) => rating);
    });
  }
}

async function find(em: EntityManager, { companyId }: Actor, code: string): Promise<number> {
  const [found] = await rows<{ id: number }>(em, FIND, [companyId, code]);
  if (!found) throw new NotFound('Article', code);
  return found.id;
}

/** Writes the texts of articles in one language; those that are there must be gone. */
export async function putTexts(
  em: EntityManager,
  { companyId }: Actor,
  language: string,
  articles: GivenArticle[],
): Promise<void> {
  await rows(em, PUT_TEXTS, [
    ...[companyId, language, articles.map(({ code }) => code), articles.map(({ title }) => title)],
    articles.map(({ content }) => content.text),
    articles.map(({ content }) => content.html),
    articles.map(({ content }) => content.htmlPolicy),
  ]);
}

type ArticleEvent = 'articles.replaced' | 'article_categories.replaced' | 'article.rated';

async function tell(em: EntityManager, actor: Actor, type: ArticleEvent, codes: string[]): Promise<void> {
  const event = { companyId: actor.companyId, actor: eventActor(actor), data: { ids: JSON.stringify(codes) } };
  await record(em, { ...event, type });
}
