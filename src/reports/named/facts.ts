/**
 * What the statements of the reports by name are made of. `$1` is the company, `$2` the first day, `$3` the day after the last one,
 * `$4` the time zone and `$5` the unit, day or month. They answer rows of a label and values.
 */

/** The most articles, agents, countries and so on that a report names. */
export const MOST_ROWS = 500;

const within = (time: string) =>
  `${time} >= $2::timestamp at time zone $4::text and ${time} < $3::timestamp at time zone $4::text and ($5::text is null or true)`;

const NAME = `concat_ws(' ', nullif(u.first_name, ''), nullif(u.last_name, ''))`;
const KEPT = 'f.spam_at is null and f.trashed_at is null';
const BOTS = `(select b.id from users b where b.company_id = $1 and b.role <> 'customer' and b.kind = 'bot')`;

export const COUNT = 'count(*)';
export const averageOf = (seconds: string): string => `round(extract(epoch from avg(${seconds})))::float8`;

/** How long a conversation went on, and how long its customer waited; a merge can bring an answer that is older than the ticket. */
export const DURATION = 'greatest(f.last_activity_at, f.created_at) - f.created_at';
export const WAIT = 'greatest(f.first_agent_reply_at, f.created_at) - f.created_at';
export const ANSWERED = 'f.first_agent_reply_at is not null';

// `not exists` would be made a hash table of all messages. The bot answers at once, and so may have been the first; deleted people speak as it does.
export const MISSED = `(f.first_agent_reply_at is null or (f.first_responder_id in ${BOTS} and (
  select m.id from messages m where m.company_id = f.company_id and m.ticket_id = f.id and m.kind = 'reply' and m.author_is_agent
    and m.author_id not in ${BOTS} limit 1) is null))`;

/** A value for each day or month. */
const byTime = (from: string, time: string, where: string, value: string) => `
  select to_char(date_trunc($5, ${time} at time zone $4), 'YYYY-MM-DD') as label, json_build_array(${value}) as values
  from ${from} f where f.company_id = $1 and ${within(time)} and ${where} group by 1`;

export const ticketsByTime = (where: string, value = COUNT): string =>
  byTime('tickets', 'f.created_at', `${KEPT} and ${where}`, value);

export const peopleByTime = (kind: string): string =>
  byTime('users', 'f.created_at', `f.kind = '${kind}' and f.role = 'customer'`, COUNT);

export const countsByTime = (...names: string[]): string =>
  byTime('report_counts', 'f.counted_at', `f.name in (${names.map((name) => `'${name}'`).join(', ')})`, 'sum(f.count)::float8');

/** The largest first; two of one name are told apart by their ids. */
const ranked = (found: string) => `
  with found as materialized (${found})
  select case when count(*) over (partition by name) > 1 then name || ' #' || id else name end as label, values
  from found order by (values->>0)::float8 desc, found.name, found.id limit ${MOST_ROWS}`;

const agents = (facts: string) =>
  ranked(`select f.id, coalesce(nullif(${NAME}, ''), u.email, '#' || u.id) as name, f.values from (${facts}) f
    join users u on u.company_id = $1 and u.id = f.id where u.kind <> 'bot'`);

export const RESPONSE_TIMES = agents(`select f.first_responder_id as id, json_build_array(${averageOf(WAIT)}) as values
  from tickets f where f.company_id = $1 and ${within('f.created_at')} and ${KEPT} and ${ANSWERED} group by 1`);

const REPLIED = `select distinct m.author_id, m.ticket_id from messages m
  where m.company_id = $1 and ${within('m.created_at')} and m.kind = 'reply' and m.author_is_agent`;

export const AGENTS_CONVERSATIONS = agents(
  `select r.author_id as id, json_build_array(count(*)) as values from (${REPLIED}) r group by 1`,
);

export const AGENTS_DURATIONS = agents(`select r.author_id as id, json_build_array(${averageOf(DURATION)}) as values
  from (${REPLIED}) r join tickets f on f.company_id = $1 and f.id = r.ticket_id group by 1`);

export const AGENTS_RATINGS = agents(`select f.rated_agent_id as id,
    json_build_array(count(*) filter (where f.rating_score = 'good'), count(*) filter (where f.rating_score = 'bad')) as values
  from tickets f where f.company_id = $1 and ${within('f.rated_at')} and f.rating_score is not null and f.rated_agent_id is not null group by 1`);

// One by one: a join would read that detail of everybody whom the desk has ever known.
const detailSql = (slug: string) =>
  `(select d.value from user_details d where d.company_id = $1 and d.user_id = a.requester_id and d.slug = '${slug}')`;

/** How many of those who began a conversation have which value of a detail; the first of the slugs that says something counts. */
export const requestersBy = (...slugs: string[]): string => `
  with asking as materialized (
    select distinct f.requester_id from tickets f where f.company_id = $1 and ${within('f.created_at')} and ${KEPT}),
  told as (select coalesce(${slugs.map(detailSql).join(', ')}) as value from asking a)
  select left(value, 255) as label, json_build_array(count(*)) as values from told where value is not null
  group by 1 order by count(*) desc, 1 limit ${MOST_ROWS}`;

const counted = (name: string) => `select f.value, sum(f.count)::float8 as count from report_counts f
  where f.company_id = $1 and ${within('f.counted_at')} and f.name = '${name}' and f.value <> '' group by f.value
  order by 2 desc limit ${MOST_ROWS}`;

export const SEARCHES = `select f.value as label, json_build_array(f.count) as values from (${counted('articles-searches')}) f order by f.count desc, f.value`;

const TITLE = `(select t.title from article_texts t where t.company_id = a.company_id and t.article_id = a.id and t.language = '')`;

// What was looked at and is there no more goes by its id.
export const ARTICLE_VIEWS =
  ranked(`select f.value as id, coalesce(${TITLE}, f.value) as name, json_build_array(f.count) as values
  from (${counted('articles-views')}) f left join articles a on a.company_id = $1 and a.code = f.value`);

export const ARTICLE_RATINGS = ranked(`select a.code as id, coalesce(${TITLE}, a.code) as name, f.values from (
    select f.article_id, json_build_array(count(*) filter (where f.rating > 0), count(*) filter (where f.rating < 0)) as values
    from article_ratings f where f.company_id = $1 and ${within('f.created_at')} group by 1) f
  join articles a on a.company_id = $1 and a.id = f.article_id`);
