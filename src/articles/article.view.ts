import { ApiProperty } from '@nestjs/swagger';
import { VIEW_PARAMS_SQL, timeSql } from '../access/view.js';
import { staleHtmlSql } from '../platform/html/content.js';

const EXCERPT = 200;

export class ArticleRatingsView {
  @ApiProperty({ example: 3 }) good!: number;
  @ApiProperty({ example: 1 }) bad!: number;
}

/** An article in a list. */
export class ArticleSummaryView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ description: 'By which the RPC knows it.', example: '6P2Oqx7K' }) code!: string;
  @ApiProperty({ example: 'How to clean a printer' }) title!: string;
  @ApiProperty({ description: `Its first ${EXCERPT} characters, as text.`, example: 'Pull the plug first.' }) excerpt!: string;
  @ApiProperty({ description: 'Where it stands elsewhere; may be empty.', example: 'https://help.example.com/printers' })
  link!: string;
  @ApiProperty({ type: [String], description: 'The codes of its categories.', example: ['Nv9PG'] }) categories!: string[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of what is shown; null for the one in which articles are written.',
    example: null,
  })
  language!: string | null;
  @ApiProperty({ type: [String], description: 'Into which it is translated.', example: ['es'] }) languages!: string[];
  @ApiProperty() ratings!: ArticleRatingsView;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-04-30T05:16:03Z' }) updated_at!: string;
}

export class ArticleContentView {
  @ApiProperty({ example: 'Pull the plug first.' }) text!: string;
  @ApiProperty({ example: '<p>Pull the plug first.</p>' }) html!: string;
}

export class ArticleView extends ArticleSummaryView {
  @ApiProperty() content!: ArticleContentView;
}

const ratingsSql = `(select json_build_object('good', count(*) filter (where g.rating = 1), 'bad', count(*) filter (where g.rating = -1))
  from article_ratings g where g.company_id = a.company_id and g.article_id = a.id)`;

const FIELDS = `'id', a.id, 'code', a.code, 'title', x.title, 'excerpt', left(x.text, ${EXCERPT}), 'link', a.link, 'categories', to_json(a.categories),
  'language', nullif(x.language, ''), 'languages', (select coalesce(json_agg(l.language order by l.language), '[]') from article_texts l
    where l.company_id = a.company_id and l.article_id = a.id and l.language <> ''),
  'ratings', ${ratingsSql}, 'updated_at', ${timeSql('a.updated_at')}`;

// The language that is asked for (`$5`), its own first, else the one in which articles are written.
const TEXTS = `join lateral (select t.* from article_texts t where t.company_id = a.company_id and t.article_id = a.id
  and t.language in ('', $5::text) order by t.language <> '' desc limit 1) x on true`;

/** `$5` language, `$6` words, `$7` category, `$8` and `$9` the page; what is found by words is searched in what is shown. */
export const ARTICLES_PAGE = `with found as (
    select a.id, a.position from articles a
    where a.company_id = $1 and ${VIEW_PARAMS_SQL} and ($7::text is null or $7 = any (a.categories))
      and ($6::text is null or exists (select 1 from article_texts f where f.company_id = a.company_id and f.article_id = a.id
        and f.language in ('', $5::text) and f.words @@ websearch_to_tsquery('polydesk', $6)))
  )
  select (select count(*) from found) as total, coalesce(json_agg(json_build_object(${FIELDS}) order by a.position, a.id), '[]')::text as view
  from (select r.* from articles r join (select id from found order by position, id limit $8 offset $9) p on p.id = r.id
    where r.company_id = $1) a ${TEXTS}`;

/** `$5` language, `$6` the article. */
export const ARTICLE_SQL = `select json_build_object(${FIELDS}, 'content', json_build_object('text', x.text, 'html', x.html))::text as view,
    ${staleHtmlSql('x')} as stale
  from articles a ${TEXTS} where a.company_id = $1 and a.id = $6 and ${VIEW_PARAMS_SQL}`;

export class ArticleCategoryView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ description: 'What articles name it by.', example: 'Nv9PG' }) code!: string;
  @ApiProperty({ example: 'Printers' }) title!: string;
  @ApiProperty({ description: 'Its place among the others.', example: 1 }) position!: number;
}

export const ARTICLE_CATEGORIES = {
  noun: 'ArticleCategory',
  table: 'article_categories',
  alias: 'c',
  view: `json_build_object('id', c.id, 'code', c.code, 'title', c.title, 'position', c.position)`,
  order: 'c.position, c.id',
} as const;
