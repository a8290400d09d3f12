import type { EntityManager } from 'typeorm';
import type { Actor, Visitor } from '../access/actor.js';
import { only, prepared, rows } from '../platform/database/database.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { prepareContent, type PreparedContent } from '../platform/html/content.js';
import { parseRecipients, type Address } from '../users/addresses.js';
import { findOrCreatePeople, type Person } from '../users/people.js';

/** A message as its writer gave it, whatever it will become. */
export interface NewMessage {
  text?: string;
  html?: string;
  cc?: string[];
  bcc?: string[];
  attachmentIds?: number[];
}

/** The same after every check that needs no database. */
export interface PreparedMessage {
  content: PreparedContent;
  cc: Address[];
  bcc: Address[];
  attachmentIds: number[];
  files?: readonly LinkedFile[];
  /** Whatever a program keeps with it, as JSON text. */
  payload?: string | null;
}

/** A file that lies elsewhere. */
export interface LinkedFile {
  name: string;
  url: string;
}

export interface MessagePlace {
  ticketId: number;
  kind: 'opening' | 'reply' | 'note';
  authorId: number;
  authorIsAgent: boolean;
  /** Who really wrote it, when that is not the author. */
  writtenById: number | null;
}

/** Throws `Invalid` for a message without content or with addresses that cannot be read. */
export function prepareMessage({ text, html, cc = [], bcc = [], attachmentIds = [] }: NewMessage): PreparedMessage {
  return {
    content: prepareContent({ text, html }),
    cc: parseRecipients('cc', cc),
    bcc: parseRecipients('bcc', bcc),
    attachmentIds: [...new Set(attachmentIds)],
  };
}

/** Writes a message with its recipients and attachments in the open transaction; answers its id. */
export async function insertMessage(
  em: EntityManager,
  caller: Actor | Visitor,
  place: MessagePlace,
  message: PreparedMessage,
): Promise<number> {
  const { content, cc, bcc, attachmentIds, files = [], payload = null } = message;
  const people = await findOrCreatePeople(em, caller, [...cc, ...bcc]);
  const sql = `insert into messages (company_id, ticket_id, kind, author_id, author_is_agent, written_by_id, text, html, html_policy, summary, payload)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`;
  const { id } = only(
    await prepared<{ id: number }>(em, 'insert-message', sql, [
      ...[caller.companyId, place.ticketId, place.kind, place.authorId, place.authorIsAgent, place.writtenById],
      ...[content.text, content.html, content.htmlPolicy, content.summary, payload],
    ]),
  );
  await insertRecipients(em, caller.companyId, id, 'cc', cc, people);
  await insertRecipients(em, caller.companyId, id, 'bcc', bcc, people);
  await claimAttachments(em, caller, id, attachmentIds);
  await linkFiles(em, caller.companyId, id, files);
  return id;
}

/** Attaches files that lie elsewhere and stay there. */
export async function linkFiles(
  em: EntityManager,
  companyId: number,
  messageId: number,
  files: readonly LinkedFile[],
): Promise<void> {
  if (files.length === 0) return;
  const sql = `insert into attachments (company_id, message_id, position, filename, content_type, byte_size, external_url)
    select $1, $2, given.position, given.name, 'application/octet-stream', 0, given.url
    from unnest($3::text[], $4::text[]) with ordinality as given (name, url, position)`;
  await rows(em, sql, [companyId, messageId, files.map(({ name }) => name), files.map(({ url }) => url)]);
}

async function insertRecipients(
  em: EntityManager,
  companyId: number,
  messageId: number,
  kind: 'cc' | 'bcc',
  addresses: Address[],
  people: Map<string, Person>,
): Promise<void> {
  if (addresses.length === 0) return;
  const ids = addresses.map(({ email }) => people.get(email.toLowerCase())?.id);
  const sql = `insert into message_recipients (company_id, message_id, kind, user_id, position)
    select $1, $2, $3, given.id, given.position from unnest($4::bigint[]) with ordinality as given (id, position)`;
  await rows(em, sql, [companyId, messageId, kind, ids]);
}

// A file belongs to its uploader until one message takes it; nobody can take another's.
async function claimAttachments(em: EntityManager, caller: Actor | Visitor, messageId: number, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  const sql = `update attachments set message_id = $2, position = array_position($4::bigint[], id)
    where company_id = $1 and id = any ($4::bigint[]) and message_id is null and uploaded_by_id = $3 returning id`;
  const claimed = await rows(em, sql, [caller.companyId, messageId, caller.userId, ids]);
  if (claimed.length !== ids.length)
    throw Invalid.field('content.attachment_ids', 'must name files that you have uploaded and not used yet');
}
