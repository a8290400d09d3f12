import { plainTimeSql } from '../../plain-time.js';
import { personFields, userTypeSql } from './people.js';

/** mapping.md section 2. */
const STATUS = `case when t.trashed_at is not null or t.spam_at is not null then 4 when t.archived_at is not null then 3
  when t.waiting_for = 'agent' then 2 when t.waiting_for = 'customer' then 1 else 0 end`;

/** mapping.md section 3; empty for the chat. */
const SOURCE = `coalesce(t.channel, case t.source when 'email' then 'em' else 'tk' end)`;

const FILES = `coalesce((select json_agg(json_build_array(a.filename, coalesce(a.external_url, $3::text || '/attachments/' || a.id)) order by a.position, a.id)::text
  from attachments a where a.company_id = m.company_id and a.message_id = m.id), '')`;

const MESSAGE = `'message', m.text, 'creation_time', ${plainTimeSql('m.created_at')}, 'attachments', ${FILES},
  'status_code', m.status_code::text, 'payload', coalesce(m.payload, ''), 'conversation_id', m.ticket_id::text`;

/** What has been said on tickets: an opening that says nothing is only there for the others. */
const SAID = `m.kind in ('opening', 'reply')`;
const IS_HEARD = `(m.kind = 'reply' or m.text <> '' or exists (select 1 from attachments a where a.company_id = m.company_id and a.message_id = m.id))`;

const MESSAGE_ROW = `json_build_object('id', m.id::text, 'user_id', m.author_id::text, ${MESSAGE},
  ${personFields('author')}, 'user_type', ${userTypeSql('author')})`;

const MOST_MESSAGES = 1000;

/** The messages of the row `t` of tickets, oldest first; beyond the limit the latest ones. */
const messagesOf = (where: string) => `(select coalesce(json_agg(${MESSAGE_ROW} order by m.created_at, m.id), '[]')
  from (select * from messages m where m.company_id = t.company_id and m.ticket_id = t.id and ${SAID} and ${IS_HEARD} and ${where}
    order by m.created_at desc, m.id desc limit ${MOST_MESSAGES}) m
  join users author on author.company_id = m.company_id and author.id = m.author_id)`;

const DETAILS = `json_build_object('user_id', req.id::text, ${personFields('req')}, 'user_type', ${userTypeSql('req')},
  'id', t.id::text, 'title', coalesce(t.subject, ''), 'conversation_time', ${plainTimeSql('t.created_at')},
  'conversation_status_code', (${STATUS})::text, 'department', t.team_assignee_id::text, 'agent_id', t.user_assignee_id::text,
  'source', ${SOURCE}, 'extra', coalesce(t.extra, ''), 'labels', (select coalesce(json_agg(l.name order by lower(l.name)), '[]')
    from ticket_labels tl join labels l on l.company_id = tl.company_id and l.id = tl.label_id
    where tl.company_id = t.company_id and tl.ticket_id = t.id))`;

const REQUESTER = `join users req on req.company_id = t.company_id and req.id = t.requester_id`;

const OF_COMPANY = `t.company_id = $1 and ($2::bigint is null or true) and ($3::text is null or true) and ($4::boolean is null or true)`;

/** A conversation (`$5`) with its messages; `$6` its person, if that matters. */
export const CONVERSATION_SQL = `select json_build_object('messages', ${messagesOf('true')}, 'details', ${DETAILS})::text as view
  from tickets t ${REQUESTER} where ${OF_COMPANY} and t.id = $5 and ($6::bigint is null or t.requester_id = $6)`;

/** The messages of a conversation (`$5`) of a person (`$6`) after a time (`$7`) or a message (`$8`). */
export const NEW_MESSAGES_SQL = `select ${messagesOf('($7::timestamptz is null or m.created_at > $7) and ($8::bigint is null or m.id > $8)')}::text as view
  from tickets t where ${OF_COMPANY} and t.id = $5 and t.requester_id = $6`;

/** Whom a row of a list names without a prefix: the person of the conversation, or the writer of its last message. */
export type Named = 'requester' | 'author';

const rowOf = (named: Named) => {
  const person = named === 'requester' ? 'req' : 'author';
  return `json_build_object('id', m.id::text, 'message_id', m.id::text, 'user_id', ${person}.id::text, ${MESSAGE},
    'message_user_id', author.id::text, 'message_user_type', ${userTypeSql('author')}, ${personFields('author', 'message_')},
    ${personFields(person)}, 'user_type', ${userTypeSql(person)},
    'conversation_user_id', req.id::text, 'conversation_user_type', ${userTypeSql('req')}, ${personFields('req', 'conversation_')},
    'conversation_status_code', (${STATUS})::text, 'conversation_creation_time', ${plainTimeSql('t.created_at')},
    'last_update_time', ${plainTimeSql('m.created_at')}, 'title', coalesce(t.subject, ''), 'agent_id', t.user_assignee_id::text,
    'department', t.team_assignee_id::text, 'source', ${SOURCE}, 'tags', '', 'extra', coalesce(t.extra, ''))`;
};

const LAST_MESSAGE = `join lateral (select * from messages m where m.company_id = t.company_id and m.ticket_id = t.id and ${SAID}
    order by m.created_at desc, m.id desc limit 1) m on true
  join users author on author.company_id = m.company_id and author.id = m.author_id`;

/** Conversations for which the condition holds, each with its last message, the latest activity first; `$5` at most, `$6` left out. */
export const listSql = (where: string, named: Named): string =>
  `select coalesce(json_agg(${rowOf(named)} order by t.last_activity_at desc, t.id desc), '[]')::text as view
  from (select * from tickets t where ${OF_COMPANY} and ${where} order by t.last_activity_at desc, t.id desc limit $5 offset $6) t
  ${REQUESTER} ${LAST_MESSAGE}`;

/** The inbox, or one status (`$7`), with the filters that may stand beside it. */
export const LISTED = `case when $7::int is null then t.trashed_at is null and t.spam_at is null and t.archived_at is null else (${STATUS}) = $7 end
  and (not $8::boolean or t.user_assignee_id = $2 or ($9::boolean and t.user_assignee_id is null))
  and ($10::bigint is null or t.team_assignee_id = $10) and ($11::text is null or ${SOURCE} = $11)`;

const SINCE = `case when $7::bigint is not null then t.id > $7
  else t.created_at > $8::timestamptz or exists (select 1 from messages m where m.company_id = t.company_id and m.ticket_id = t.id
    and ${SAID} and m.created_at > $8::timestamptz) end`;

export const NEW = `${SINCE} and (not $9::boolean or t.user_assignee_id = $2 or ($10::boolean and t.user_assignee_id is null))`;

export const OF_USER = `(t.requester_id = $7 or ($9::boolean and exists (select 1 from messages m where m.company_id = t.company_id
    and m.ticket_id = t.id and ${SAID} and m.author_id = $7))) and ($8::bigint is null or t.id <> $8)`;

export const NEW_OF_USER = `${SINCE} and t.requester_id = $9`;

// Names, addresses and titles stand in the words of the opening.
export const FOUND = `t.id in (select s.ticket_id from search_texts s where s.company_id = $1 and not s.is_note
    and s.words @@ plainto_tsquery('polydesk', $7)) and ($8::bigint is null or t.requester_id = $8)`;

export const COUNT_SQL = `select count(*) as count from tickets t where t.company_id = $1 and ($2::int is null or (${STATUS}) = $2)`;

export const ASSIGNED_SQL = `select coalesce(json_agg(t.id order by array_position($2::bigint[], t.id)), '[]')::text as view from tickets t
  where t.company_id = $1 and t.id = any ($2::bigint[]) and ($3::bigint is null or t.user_assignee_id = $3)
    and ($4::bigint is null or t.team_assignee_id = $4)
    and (num_nonnulls($3::bigint, $4::bigint) > 0 or t.user_assignee_id is not null or t.team_assignee_id is not null)`;

/** The agents who have written on conversations (`$5`), by conversation; null when none has. */
export const AGENTS_SQL = `select json_object_agg(found.ticket_id, found.agents)::text as view from (
  select w.ticket_id, json_agg(json_build_object('id', u.id, ${personFields('u')}, 'conversation_id', w.ticket_id) order by u.id) as agents
  from (select distinct m.ticket_id, m.author_id from messages m where m.company_id = $1 and m.ticket_id = any ($5::bigint[])
      and ($2::bigint is null or true) and ($4::boolean is null or true) and m.kind = 'reply' and m.author_is_agent) w
  join users u on u.company_id = $1 and u.id = w.author_id and u.kind <> 'bot'
  group by w.ticket_id) found`;

/** The notes of a conversation (`$2`), the latest first. */
export const NOTES_SQL = `select coalesce(json_agg(json_build_object('id', m.id, 'user_id', m.author_id::text,
    'name', coalesce(m.title, nullif(trim(u.first_name || ' ' || u.last_name), ''), 'User #' || u.id), 'message', m.text)
    order by m.created_at desc, m.id desc), '[]')::text as view
  from (select * from messages m where m.company_id = $1 and m.ticket_id = $2 and m.kind = 'note' order by m.created_at desc, m.id desc limit 1000) m
  join users u on u.company_id = m.company_id and u.id = m.author_id`;
