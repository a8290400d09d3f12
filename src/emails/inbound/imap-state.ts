import type { EntityManager } from 'typeorm';
import { rows, type Database } from '../../platform/database/database.js';
import type { ImapSecurity } from './imap-mailbox.view.js';

/** A mailbox that is to be watched. */
export interface WatchedMailbox {
  companyId: number;
  forwardingAddressId: number;
  host: string;
  port: number;
  security: ImapSecurity;
  login: string;
  password: Buffer;
  folder: string;
  beginsAt: Date | null;
  settingsVersion: number;
  /** Somebody waits for a look. */
  isAsked: boolean;
}

/** The mailbox has been set to something else, or somebody else reads it: whoever reads it must stop. */
export class MailboxTaken extends Error {}

const WANTED = `select m.company_id as "companyId", m.forwarding_address_id as "forwardingAddressId", m.host, m.port, m.security, m.login, m.password,
    m.folder, m.begins_at as "beginsAt", m.settings_version as "settingsVersion",
    coalesce(m.look_wanted_at > greatest(m.checked_at, now() - interval '15 seconds'), false) as "isAsked"
  from imap_mailboxes m join forwarding_addresses f on f.company_id = m.company_id and f.id = m.forwarding_address_id
  where m.is_enabled and f.deleted_at is null order by m.company_id, m.forwarding_address_id`;

/** All mailboxes of all companies that are to be watched. */
export const wantedMailboxes = (db: Database): Promise<WatchedMailbox[]> => db.query<WatchedMailbox>(WANTED);

const OF_VERSION = `company_id = $1 and forwarding_address_id = $2 and settings_version = $3`;
const keyOf = ({ companyId, forwardingAddressId, settingsVersion }: WatchedMailbox) => [
  companyId,
  forwardingAddressId,
  settingsVersion,
];

// Where the server has numbered its mails anew, all are looked at again; those that were fetched are known by their content.
const BEGIN = `update imap_mailboxes set last_uid = case when uid_validity = $4 then last_uid else 0 end, uid_validity = $4
  where ${OF_VERSION} returning last_uid as "lastUid"`;

/** Up to which number all mails have been fetched. Throws {@link MailboxTaken}. */
export async function beginReading(db: Database, mailbox: WatchedMailbox, uidValidity: bigint): Promise<number> {
  const [state] = await db.query<{ lastUid: number }>(BEGIN, [...keyOf(mailbox), uidValidity.toString()]);
  if (!state) throw new MailboxTaken();
  return state.lastUid;
}

const ADVANCE = `update imap_mailboxes set last_uid = $5 where ${OF_VERSION} and uid_validity = $4 and last_uid < $5 returning 1`;

/** Notes in the transaction that keeps it that a mail has been fetched. Throws {@link MailboxTaken} when it was before. */
export async function advance(em: EntityManager, mailbox: WatchedMailbox, uidValidity: bigint, uid: number): Promise<void> {
  const advanced = await rows(em, ADVANCE, [...keyOf(mailbox), uidValidity.toString(), uid]);
  if (advanced.length === 0) throw new MailboxTaken();
}

const NOTE_CHECKED = `update imap_mailboxes set checked_at = now(), error = $4 where ${OF_VERSION}`;
const NOTE_ERROR = `update imap_mailboxes set error = $4 where ${OF_VERSION}`;

/** Notes that all mails have been fetched; `remark` tells of what had to be left. */
export async function noteChecked(db: Database, mailbox: WatchedMailbox, remark: string | null): Promise<void> {
  await db.query(NOTE_CHECKED, [...keyOf(mailbox), remark]);
}

export async function noteTrouble(db: Database, mailbox: WatchedMailbox, error: string): Promise<void> {
  await db.query(NOTE_ERROR, [...keyOf(mailbox), error]);
}
