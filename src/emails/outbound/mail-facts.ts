import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { HTML_POLICY } from '../../platform/html/sanitize.js';
import type { Database } from '../../platform/database/database.js';
import { subjectSql } from '../../tickets/ticket.view.js';
import { templateKindOf, type Template } from './default-templates.js';
import type { MessageFile } from './inline-images.js';
import { CONVERSATION_KINDS, type MailKind } from './mail-kinds.js';

/** A person in a mail; without a number he is only an address. */
export interface Party {
  id: number | null;
  email: string | null;
  name: string | null;
}

/** One message of a conversation. */
export interface SpokenMessage {
  id: number;
  createdAt: string;
  text: string;
  html: string | null;
  htmlIsStale: boolean;
  author: Party;
}

/** The ticket that a mail is about. */
export interface MailTicket {
  id: number;
  subject: string;
  requester: Party;
}

/** Everything that is known about a mail before it is written. */
export interface MailFacts {
  createdAt: string;
  recipient: Party;
  company: { id: number; name: string; subdomain: string; replyLine: string };
  event: Pick<LoggedEvent, 'type' | 'data'>;
  ticket: MailTicket | null;
  /** Under which the mail goes: that of the ticket, else the company's first. */
  address: { email: string; name: string; useAgentName: boolean; hash: string } | null;
  message: SpokenMessage | null;
  cc: Party[];
  files: MessageFile[];
  /** Earlier messages that the recipient may be shown, newest first. */
  quoted: SpokenMessage[];
  /** The ids of the mails that he has had or sent about the ticket, oldest first. */
  references: string[];
  /** Those of the agent before those of the company. */
  templates: Partial<Template>[];
}

const nameOf = (u: string) => `nullif(trim(${u}.first_name || ' ' || ${u}.last_name), '')`;
const party = (u: string) => `json_build_object('id', ${u}.id, 'email', ${u}.email, 'name', ${nameOf(u)})`;

const spoken = (
  m: string,
) => `json_build_object('id', ${m}.id, 'createdAt', ${m}.created_at, 'text', ${m}.text, 'html', ${m}.html,
  'htmlIsStale', ${m}.html_policy is distinct from ${HTML_POLICY}, 'author',
  (select ${party('a')} from users a where a.company_id = ${m}.company_id and a.id = ${m}.author_id))`;

const CC = `(select coalesce(json_agg(${party('u')} order by r.position), '[]') from message_recipients r
  join users u on u.company_id = r.company_id and u.id = r.user_id
  where r.company_id = d.company_id and r.message_id = d.message_id and r.kind = 'cc' and u.email is not null)`;

const FILES = `(select coalesce(json_agg(json_build_object('id', f.id, 'filename', f.filename, 'contentType', f.content_type,
    'byteSize', f.byte_size, 'storageKey', f.storage_key, 'externalUrl', f.external_url) order by f.position, f.id), '[]')
  from attachments f where f.company_id = d.company_id and f.message_id = d.message_id)`;

// Whoever has only been added to a conversation is not shown what was said before: the requester is, and the company's own archive.
const MAY_BE_SHOWN = `(d.user_id is null or d.user_id = t.requester_id or q.author_id = d.user_id or exists (select 1 from message_recipients r
  where r.company_id = q.company_id and r.message_id = q.id and r.user_id = d.user_id))`;

const QUOTED = `(select coalesce(json_agg(${spoken('q')} order by q.created_at desc, q.id desc), '[]') from (
    select q.* from messages q where q.company_id = d.company_id and q.ticket_id = d.ticket_id and q.kind <> 'note'
      and (q.created_at, q.id) < (m.created_at, m.id) and d.kind = 'reply'
      and ${MAY_BE_SHOWN}
    order by q.created_at desc, q.id desc limit c.mail_quoted_messages) q)`;

// Only mails of the conversation make its thread; a note to the staff is none that others could refer to. The mails of others that the
// recipient may be shown belong to it under their own ids, so that every mail program finds its own mail again.
const REFERENCES = `(select coalesce(json_agg(told.internet_message_id order by told.created_at, told.place), '[]') from (
    select e.internet_message_id, e.created_at, 1 as place from email_deliveries e
    where e.company_id = d.company_id and e.ticket_id = d.ticket_id and lower(e.recipient) = lower(d.recipient) and e.id < d.id
      and e.internet_message_id is not null and e.state in ('pending', 'sent')
      and (d.kind = any ($4::text[])) = (e.kind = any ($4::text[]))
    union all
    select rm.message_header, q.created_at, 0 from messages q
    join received_messages rm on rm.company_id = q.company_id and rm.message_id = q.id
    where q.company_id = d.company_id and q.ticket_id = d.ticket_id and q.kind <> 'note' and rm.message_header is not null
      and not rm.is_stranger and (q.created_at, q.id) <= (m.created_at, m.id) and d.kind = any ($4::text[]) and ${MAY_BE_SHOWN}) told)`;

const TEMPLATES = `(select coalesce(json_agg(json_build_object('subject', et.subject, 'header', et.header, 'body', et.body, 'footer', et.footer)
    order by et.user_id nulls last), '[]')
  from email_templates et where et.company_id = d.company_id and et.kind = $3 and (et.user_id is null or et.user_id = m.author_id))`;

const ADDRESS = `(select json_build_object('email', f.email, 'name', f.name, 'useAgentName', f.use_agent_name, 'hash', f.forwarding_hash)
  from forwarding_addresses f where f.company_id = d.company_id and f.deleted_at is null
  order by (f.id = t.forwarding_address_id) desc nulls last, f.id limit 1)`;

const FACTS = `
  select d.created_at as "createdAt",
    json_build_object('id', d.user_id, 'email', d.recipient, 'name', ${nameOf('u')}) as recipient,
    json_build_object('id', c.id, 'name', c.name, 'subdomain', c.subdomain, 'replyLine', c.mail_reply_line) as company,
    json_build_object('type', ev.type, 'data', ev.data) as event,
    case when t.id is not null then json_build_object('id', t.id, 'subject', ${subjectSql('t')}, 'requester', ${party('req')}) end as ticket,
    ${ADDRESS} as address, case when m.id is not null then ${spoken('m')} end as message,
    ${CC} as cc, ${FILES} as files, ${QUOTED} as quoted, ${REFERENCES} as "references", ${TEMPLATES} as templates
  from email_deliveries d
  join companies c on c.id = d.company_id
  join events ev on ev.company_id = d.company_id and ev.id = d.event_id
  left join users u on u.company_id = d.company_id and u.id = d.user_id
  left join tickets t on t.company_id = d.company_id and t.id = d.ticket_id
  left join users req on req.company_id = t.company_id and req.id = t.requester_id
  left join messages m on m.company_id = d.company_id and m.id = d.message_id
  where d.company_id = $1 and d.id = $2`;

/** What is known about a delivery now; null when it is gone with its ticket. */
export async function readFacts(
  db: Database,
  mail: { companyId: number; deliveryId: number; kind: MailKind },
): Promise<MailFacts | null> {
  const { companyId, deliveryId, kind } = mail;
  const [facts] = await db.prepared<MailFacts>('mail-facts', FACTS, [
    companyId,
    deliveryId,
    templateKindOf(kind),
    CONVERSATION_KINDS,
  ]);
  return facts ?? null;
}
