import pg from 'pg';
import { ticketVisibleToSql } from '../../access/visibility.js';
import { isNotification, type MailKind } from './mail-kinds.js';

/** Something that has happened and calls for mail. */
export interface Occasion {
  kind: MailKind;
  companyId: number;
  eventId: number;
  ticketId: number | null;
  messageId: number | null;
  /** Who has done it; he knows already. */
  actorId: number | null;
  /** The person or team that it concerns, by number or by a word for him. */
  personId: number | null;
  teamId: number | null;
  word: string | null;
}

const GIVEN_COLUMNS = 'company_id, event_id, ticket_id, message_id, actor_id, person_id, team_id, word';

const REQUESTER = 'select t.requester_id as id';

/** In cc or bcc of the message. */
const NAMED = 'select r.user_id from message_recipients r where r.company_id = g.company_id and r.message_id = g.message_id';

const membersOf = (team: string) =>
  `select tm.user_id as id from team_members tm where tm.company_id = g.company_id and tm.team_id = ${team}`;

/** The people whom each kind concerns: a statement over the row `g` of what was given and its ticket `t` that answers their numbers as `id`. */
const PEOPLE: Record<MailKind, string> = {
  reply: `${REQUESTER} union ${NAMED}`,
  ticket_copy: `${REQUESTER} union ${NAMED}`,
  receipt: REQUESTER,
  auto_response: REQUESTER,
  assignment: 'select g.person_id as id',
  team_assignment: membersOf('g.team_id'),
  customer_reply: `select t.user_assignee_id as id where t.user_assignee_id is not null
    union all (${membersOf('t.team_assignee_id')} and t.user_assignee_id is null)`,
  mention: `select s.id from users s where s.company_id = g.company_id and s.role <> 'customer'
    and (lower(s.email) = g.word or split_part(lower(s.email), '@', 1) = g.word)`,
  automation: 'select g.person_id as id',
  direct: 'select g.person_id as id',
  custom: 'select s.id from users s where s.company_id = g.company_id and lower(s.email) = lower(g.word)',
  web_hook_disabled: `select s.id from users s where s.company_id = g.company_id and s.role = 'admin'`,
};

// RFC 3834: machines do not answer machines.
const MACHINES = String.raw`^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo|owner)([+._=-].*)?$|-(request|owner|bounces)$`;

/** For mail that a machine writes to whoever has written: never to the desk itself, which would answer. */
const ANSWERABLE = `t.spam_at is null and split_part(lower(u.email), '@', 1) !~ ${pg.escapeLiteral(MACHINES)}
  and lower(split_part(u.email, '@', 2)) <> lower($9) and not exists (select 1 from forwarding_addresses own
    where own.company_id = u.company_id and lower(own.email) = lower(u.email) and own.deleted_at is null)
  and not exists (select 1 from received_messages rm where rm.company_id = g.company_id and rm.message_id = g.message_id and rm.is_automatic)`;

/** When a kind is sent at all, of the ticket `t` and the person `u`. */
const CONDITIONS: Partial<Record<MailKind, string>> = {
  reply: `not exists (select 1 from messages m where m.company_id = g.company_id and m.id = g.message_id and m.author_id = u.id)`,
  ticket_copy: 't.requester_verified',
  automation: `coalesce((select n.automation from notification_settings n where n.company_id = u.company_id and n.user_id = u.id), true)`,
  web_hook_disabled: `u.kind = 'user' and u.id is distinct from g.actor_id`,
  // Anybody may write somebody else's address on a ticket. He is told that it is there, and nothing that a stranger has made up.
  receipt: `not t.requester_verified and ${ANSWERABLE}`,
  auto_response: `${ANSWERABLE} and exists (select 1 from forwarding_addresses f
    where f.company_id = t.company_id and f.id = t.forwarding_address_id and f.deleted_at is null and f.auto_response)`,
};

/** Only to those of the staff who may see the ticket and have not switched this kind off. */
const staffCondition = (kind: MailKind): string =>
  isNotification(kind)
    ? `u.kind = 'user' and u.role <> 'customer' and u.id is distinct from g.actor_id and t.spam_at is null and t.trashed_at is null
      and ${ticketVisibleToSql('u', 't', 'c')} and coalesce((select n.${kind} from notification_settings n
        where n.company_id = u.company_id and n.user_id = u.id), true)`
    : 'true';

/** Who gets a blind copy of every answer. */
const COPIED = `
  union all select g.*, null::bigint, copied.email from given g
  join tickets t on t.company_id = g.company_id and t.id = g.ticket_id
  join forwarding_addresses f on f.company_id = t.company_id and f.id = t.forwarding_address_id and f.deleted_at is null
  cross join lateral regexp_split_to_table(f.global_bcc, '\\s*,\\s*') as copied (email)`;

/** An address that may be nobody's. */
const NAMED_ADDRESS = `union all select g.*, null::bigint, g.word from given g`;

const ADDED: Partial<Record<MailKind, string>> = { reply: COPIED, custom: NAMED_ADDRESS };

const plannedSql = (kind: MailKind): string => `
  select g.*, u.id as user_id, u.email from given g join companies c on c.id = g.company_id
  left join tickets t on t.company_id = g.company_id and t.id = g.ticket_id
  cross join lateral (${PEOPLE[kind]}) who join users u on u.company_id = g.company_id and u.id = who.id and u.email is not null
  where (t.id is not null or g.ticket_id is null) and ${CONDITIONS[kind] ?? 'true'} and ${staffCondition(kind)}
  ${ADDED[kind] ?? ''}`;

const MOST_ANSWERS_A_DAY = 5;

// Whoever writes again and again is not answered each time, be it a person or a desk like this one.
const seldom = (kind: MailKind): string =>
  kind === 'receipt' || kind === 'auto_response'
    ? `row_number() over (partition by p.company_id, lower(p.email) order by p.event_id)
        + (select count(*) from email_deliveries d where d.company_id = p.company_id and d.kind in ('auto_response', 'receipt')
          and lower(d.recipient) = lower(p.email) and d.created_at > now() - interval '1 day') <= ${MOST_ANSWERS_A_DAY}`
    : 'true';

/** Writes down the mails of one kind, each once; those to suppressed addresses are done with at once. `$1` to `$8` are what was given, `$9` is our domain. */
export const planSql = (kind: MailKind): string => `
  with given as (
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[])
      as given (${GIVEN_COLUMNS})
    where $9::text is not null
  ), planned as (${plannedSql(kind)}), wanted as (
    select distinct on (p.company_id, p.event_id, lower(p.email)) p.*, ${seldom(kind)} as is_seldom
    from planned p order by p.company_id, p.event_id, lower(p.email), p.user_id
  )
  insert into email_deliveries (company_id, event_id, kind, ticket_id, message_id, user_id, recipient, state, finished_at)
  select w.company_id, w.event_id, '${kind}', w.ticket_id, w.message_id, w.user_id, w.email,
    case when s.id is null then 'pending' else 'suppressed' end, case when s.id is not null then now() end
  from wanted w left join email_suppressions s on s.company_id = w.company_id and s.address = lower(w.email)
  where w.is_seldom
  on conflict (company_id, event_id, kind, recipient) do nothing`;
