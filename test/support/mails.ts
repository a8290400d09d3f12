import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import type { MailKind } from '../../src/emails/outbound/mail-kinds.js';
import type { TestDesk } from './desk.js';
import { until } from './until.js';

export interface WrittenMail {
  name: string;
  raw: string;
  mail: ParsedMail;
}

/** The mails that a desk without a mail server has written, in their order. */
export async function writtenMails(desk: TestDesk): Promise<WrittenMail[]> {
  const folder = join(desk.env.DATA_DIR, 'mail');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(
    names.map(async (name) => {
      const raw = await readFile(join(folder, name));
      return { name, raw: raw.toString('utf8'), mail: await simpleParser(raw) };
    }),
  );
}

/** To whom the envelope of a written mail was. */
export const deliveredTo = ({ mail }: { mail: ParsedMail }): string => headerOf(mail, 'delivered-to');

/** A header as it stands in the mail, unfolded; empty when there is none. */
export function headerOf(mail: ParsedMail, key: string): string {
  const { line = '' } = mail.headerLines.find((header) => header.key === key) ?? {};
  return line
    .slice(line.indexOf(':') + 1)
    .replace(/\r?\n[ \t]+/g, ' ')
    .trim();
}

export function addressesOf(field: AddressObject | AddressObject[] | undefined): string[] {
  return [field ?? []].flat().flatMap(({ value }) => value.map(({ address = '' }) => address));
}

export interface MailRow {
  id: number;
  kind: MailKind;
  recipient: string;
  state: string;
  failures: number;
  attempts_count: number;
  server_answer: string | null;
  error: string | null;
  internet_message_id: string | null;
}

/** Waits until the desk has nothing to send, and answers what it has to say about all its mails, or those of one ticket. */
export async function settledMails(desk: TestDesk, ticketId?: number): Promise<MailRow[]> {
  await until(async () => {
    const open = `select 1 from event_outbox union all
      select 1 from email_deliveries where state = 'pending' and (due_at <= now() or queued_at is not null) limit 1`;
    return (await desk.db.query(open)).length === 0;
  }, 'the end of all mail');
  return desk.db.query<MailRow>(
    `select id, kind, recipient, state, failures, attempts_count, server_answer, error, internet_message_id from email_deliveries
      where $1::bigint is null or ticket_id = $1 order by id`,
    [ticketId ?? null],
  );
}
