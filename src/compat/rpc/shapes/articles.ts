import { HTML_POLICY } from '../../../platform/html/sanitize.js';

const MOST = 1000;
const SHOWN_CHARACTERS = 100;

const CONTENT = `case when $4::boolean then x.html when length(x.text) > ${SHOWN_CHARACTERS} then left(x.text, ${SHOWN_CHARACTERS}) || ' ...' else x.text end`;

const ITEM = `json_build_object('id', a.code, 'title', x.title, 'content', ${CONTENT}, 'link', a.link, 'categories', to_json(a.categories))`;

// The text in the language that is asked for, else the one in which articles are written.
const TEXTS = `join lateral (select t.* from article_texts t where t.company_id = a.company_id and t.article_id = a.id
  and t.language in ('', $2::text) order by t.language <> '' desc limit 1) x on true`;

/** Whether html was cleaned by the rules of today; else it must be cleaned again. */
const STALE = `coalesce(bool_or(x.html_policy is distinct from ${HTML_POLICY}), false)`;

/** `$1` company, `$2` language, `$3` the most of them, `$4` whether in full, `$5` one article, `$6` one category. */
export const ARTICLES_SQL = `select coalesce(json_agg(${ITEM} order by a.position, a.id), '[]')::text as view, ${STALE} as stale
  from (select * from articles where company_id = $1 and ($5::text is null or code = $5) and ($6::text is null or $6 = any (categories))
    order by position, id limit least($3::int, ${MOST})) a ${TEXTS}`;

/** The same of what is found by words, `$5`. */
export const FOUND_ARTICLES_SQL = `select coalesce(json_agg(${ITEM} order by a.position, a.id), '[]')::text as view, ${STALE} as stale
  from (select r.* from articles r where r.company_id = $1 and exists (select 1 from article_texts f
    where f.company_id = r.company_id and f.article_id = r.id and (f.language in ('', $2::text) or $6::boolean)
      and f.words @@ websearch_to_tsquery('polydesk', $5)) order by r.position, r.id limit least($3::int, ${MOST})) a ${TEXTS}`;

/** All translations, by language; the parameters are those of {@link ARTICLES_SQL} without the language. */
export const TRANSLATIONS_SQL = `select coalesce(json_object_agg(l.language, l.articles), '{}')::text as view, coalesce(bool_or(l.stale), false) as stale
  from (select x.language, json_agg(${ITEM} order by a.position, a.id) as articles, ${STALE} as stale
    from articles a join article_texts x on x.company_id = a.company_id and x.article_id = a.id and x.language <> ''
    where a.company_id = $1 and ($2::text is null or true) and ($3::int is null or true) and ($5::text is null or a.code = $5)
      and ($6::text is null or $6 = any (a.categories))
    group by x.language) l`;

export const CATEGORIES_SQL = `select coalesce(json_agg(json_build_object('id', c.code, 'title', c.title) order by c.position), '[]')::text as view
  from (select * from article_categories where company_id = $1 order by position limit ${MOST}) c`;
