import { VIEW_PARAMS_SQL } from '../../../access/view.js';
import { imageSql, personSql, userTypeSql, wholePersonFields } from './people.js';

/** How many stand in one answer: a page, and what is asked for without pages. */
export const PER_PAGE = 100;
export const MOST = 1000;
const MOST_OF_A_DETAIL = 10_000;

// mapping.md M3: groups are hidden. The bot is no user either.
const IS_PERSON = (u: string) => `${u}.kind not in ('customer_group', 'bot')`;

/** The details of `u`; only some when `slugs` is an array in SQL. */
const detailsSql = (
  u: string,
  slugs?: string,
) => `(select coalesce(json_agg(json_build_object('slug', d.slug, 'name', d.name, 'value', d.value)
  order by d.slug), '[]') from user_details d where d.company_id = ${u}.company_id and d.user_id = ${u}.id
  ${slugs === undefined ? '' : `and (${slugs} is null or d.slug = any (${slugs}))`})`;

const FROM = `from users u left join user_presences p on p.company_id = u.company_id and p.user_id = u.id
  where u.company_id = $1 and ${VIEW_PARAMS_SQL}`;

const WHOLE = wholePersonFields('u', 'p');
const WITH_DETAILS = `${WHOLE}, 'details', ${detailsSql('u')}`;

/** One person of the condition. A password is printed as an empty text: nobody is told more. */
const one = (fields: string, where: string) =>
  `select ${personSql('u', `${fields}, 'password', ''`)} ${FROM} and ${IS_PERSON('u')} and ${where} order by u.id limit 1`;

export const USER_SQL = one(WHOLE, 'u.id = $5');
export const USER_WITH_DETAILS_SQL = one(WITH_DETAILS, 'u.id = $5');
export const AGENT_SQL = one(WITH_DETAILS, `u.id = $5 and u.role <> 'customer'`);
export const BY_EMAIL_SQL = one(WITH_DETAILS, 'lower(u.email) = lower($5)');
export const BY_PHONE_SQL = one(
  WITH_DETAILS,
  `u.id in (select d.user_id from user_details d where d.company_id = $1 and d.slug = 'phone'
    and regexp_replace(d.value, '[^0-9]', '', 'g') = regexp_replace($5, '[^0-9]', '', 'g') and d.value ~ '[0-9]')`,
);

const SORTINGS: Record<string, string> = {
  first_name: 'lower(u.first_name)',
  last_name: 'lower(u.last_name)',
  email: 'lower(u.email)',
  profile_image: imageSql('u'),
  user_type: userTypeSql('u'),
  creation_time: 'u.created_at',
  last_activity: 'coalesce(p.seen_at, u.created_at)',
  department: `(select min(tm.team_id) from team_members tm where tm.company_id = u.company_id and tm.user_id = u.id)`,
};

export const SORTING_NAMES = Object.keys(SORTINGS);

/** Where a text may stand: in names, the address or a detail. `like` is the parameter with the pattern. */
const found = (like: string) => `(u.first_name || ' ' || u.last_name ilike ${like} or u.email ilike ${like}
  or u.id in (select d.user_id from user_details d where d.company_id = $1 and d.value ilike ${like}))`;

/** `$5` and `$6` the slice, `$7` the types, `$8` the pattern, `$9` the ids, `$10` the slugs of the details; null for all of them. */
export const usersSql = ([column, order]: [string, 'asc' | 'desc'], hasDetails: boolean): string => `
  select ${personSql('u', hasDetails ? `${WHOLE}, 'details', ${detailsSql('u', '$10::text[]')}` : WHOLE)} ${FROM} and ${IS_PERSON('u')}
    and ($7::text[] is null or ${userTypeSql('u')} = any ($7)) and ($8::text is null or ${found('$8')})
    and ($9::bigint[] is null or u.id = any ($9)) and ($10::text[] is null or true)
  order by ${SORTINGS[column] ?? 'u.created_at'} ${order} nulls last, u.id ${order} limit $5 offset $6`;

export const FOUND_USERS_SQL = `select ${personSql('u', WITH_DETAILS)} ${FROM} and ${IS_PERSON('u')} and ${found('$5')}
  order by u.created_at desc, u.id desc limit ${PER_PAGE}`;

/** Made after a time (`$5`), or with a greater id (`$6`). */
export const NEW_USERS_SQL = `select ${personSql('u', WHOLE)} ${FROM} and ${IS_PERSON('u')}
  and (u.created_at > $5::timestamptz or u.id > $6::bigint) order by u.created_at desc, u.id desc limit ${MOST}`;

/** The details of a person (`$2`), or one of them (`$3`). */
export const EXTRA_SQL = `select json_agg(json_build_object('slug', d.slug, 'name', d.name, 'value', d.value) order by d.slug)::text as view
  from user_details d where d.company_id = $1 and d.user_id = $2 and ($3::text is null or d.slug = $3)`;

/** In which language he is to be addressed: the one that he has chosen, else that of his browser. */
export const LANGUAGE_SQL = `select to_json(lower(substring(d.value from '^\\s*([A-Za-z]{2,3})([-_].*)?\\s*$')))::text as view
  from user_details d where d.company_id = $1 and d.user_id = $2 and d.slug in ('language', 'browser_language')
  order by d.slug desc limit 1`;

/** By each detail (`$2`) who has it, of these people (`$3`) or of the staff (`$4`). */
export const BY_DETAIL_SQL = `select coalesce(json_object_agg(wanted.slug, having_it.people) filter (where having_it.people is not null), '{}')::text as view
  from unnest($2::text[]) as wanted (slug)
  cross join lateral (select json_agg(json_build_object('id', told.id, 'value', told.value) order by told.id) as people from (
    select * from (select u.id, coalesce(d.value, case wanted.slug when 'email' then u.email when 'first_name' then nullif(u.first_name, '')
        when 'last_name' then nullif(u.last_name, '') end) as value
    from users u left join user_details d on d.company_id = u.company_id and d.user_id = u.id and d.slug = wanted.slug
    where u.company_id = $1 and ${IS_PERSON('u')} and ($3::bigint[] is null or u.id = any ($3)) and (not $4::boolean or u.role <> 'customer')
      and (d.value is not null or (wanted.slug in ('email', 'first_name', 'last_name')))
    ) any_of_it where any_of_it.value is not null order by any_of_it.id limit ${MOST_OF_A_DETAIL}) told) having_it`;

export const AGENT_IDS_SQL = `select coalesce(json_agg(found.id order by found.id desc), '[]')::text as view from (
  select u.id from users u where u.company_id = $1 and u.role <> 'customer' and u.kind <> 'bot' and ($2 or u.role <> 'admin')
  order by u.id desc limit ${MOST}) found`;

/** Whose conversation it is (`$2`), or which agent has answered last (`$3`). */
export const OF_CONVERSATION_SQL = `select json_build_object('id', u.id::text, 'email', u.email)::text as view
  from tickets t join users u on u.company_id = t.company_id and u.id = case when $3 then
    (select m.author_id from messages m join users a on a.company_id = m.company_id and a.id = m.author_id and a.kind <> 'bot'
      where m.company_id = t.company_id and m.ticket_id = t.id and m.kind = 'reply' and m.author_is_agent
      order by m.created_at desc, m.id desc limit 1) else t.requester_id end
  where t.company_id = $1 and t.id = $2`;

export const COUNTS_SQL = `select json_build_object('all', count(*)::text, 'lead', (count(*) filter (where found.type = 'lead'))::text,
    'user', (count(*) filter (where found.type = 'user'))::text, 'visitor', (count(*) filter (where found.type = 'visitor'))::text)::text as view
  from (select ${userTypeSql('u')} as type from users u where u.company_id = $1 and ${IS_PERSON('u')}) found`;

export const BOT_SQL = `select min(u.id)::text as view from users u where u.company_id = $1 and u.kind = 'bot'`;
