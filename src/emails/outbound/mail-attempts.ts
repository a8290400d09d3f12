import type { Database } from '../../platform/database/database.js';
import { RETRY_SECONDS, type RowJob } from '../../platform/queue/catalogue.js';
import type { MailKind } from './mail-kinds.js';

/** A mail that this worker alone may send. */
export interface LeasedMail {
  companyId: number;
  deliveryId: number;
  kind: MailKind;
  ticketId: number | null;
  messageId: number | null;
  recipient: string;
  /** Which attempt this is, and how many of those before have failed. */
  number: number;
  failures: number;
}

/** Longer than writing and sending a mail may take. */
export const MAIL_LEASE_SECONDS = 150;

const OF_JOB = `d.company_id = $1 and d.id = $2 and d.round = $3 and d.state = 'pending' and d.queued_at is not null and d.leased_until is null`;
const SUPPRESSED = `exists (select 1 from email_suppressions s where s.company_id = d.company_id and s.address = lower(d.recipient))`;

// The lease is what decides who sends: it is given once for each job, and only to the newest one.
const LEASE_SQL = `
  with dropped as (
    update email_deliveries d set state = 'suppressed', finished_at = now(), queued_at = null where ${OF_JOB} and ${SUPPRESSED}
  )
  update email_deliveries d set leased_until = now() + interval '${MAIL_LEASE_SECONDS} seconds', leased_by = $4, attempts_count = attempts_count + 1 where ${OF_JOB} and not ${SUPPRESSED}
  returning d.company_id as "companyId", d.id as "deliveryId", d.kind, d.ticket_id as "ticketId", d.message_id as "messageId", d.recipient,
    d.attempts_count as number, d.failures`;

/** The mail of a job, for the process of this number alone; null when another has it or it is no longer to be sent. Suppressed since is done with. */
export async function leaseMail(db: Database, { companyId, id, round }: RowJob, presence: number): Promise<LeasedMail | null> {
  const [leased] = await db.prepared<LeasedMail>('lease-mail', LEASE_SQL, [companyId, id, round, presence]);
  return leased ?? null;
}

const SEND = `update email_deliveries set state = 'sent', finished_at = now(), queued_at = null, leased_until = null, error = null,
    server_answer = $3, internet_message_id = $4
  where company_id = $1 and id = $2 and state = 'pending'`;

/** Notes that the server has taken the mail, also when another worker is at it by now: what was sent was sent. */
export async function noteSent(db: Database, mail: LeasedMail, answer: string, messageId: string): Promise<void> {
  await db.prepared('mail-sent', SEND, [mail.companyId, mail.deliveryId, answer, messageId]);
}

const MOST_FAILURES = RETRY_SECONDS.emails.length + 1;

const FAIL = `update email_deliveries set failures = failures + 1, queued_at = null, leased_until = null,
    state = case when $4 or failures + 1 >= ${MOST_FAILURES} then 'failed' else 'pending' end,
    finished_at = case when $4 or failures + 1 >= ${MOST_FAILURES} then now() end,
    due_at = now() + make_interval(secs => $5), error = $6, server_answer = $7
  where company_id = $1 and id = $2 and attempts_count = $3 and state = 'pending'`;

/** Notes that the mail was not taken: for good, or until it is tried again in so many seconds. The last attempt is always for good. */
export async function noteNotSent(
  db: Database,
  { companyId, deliveryId, number }: LeasedMail,
  { isFinal, delaySeconds, error, answer }: { isFinal: boolean; delaySeconds: number; error: string; answer: string | null },
): Promise<void> {
  await db.prepared('mail-not-sent', FAIL, [companyId, deliveryId, number, isFinal, delaySeconds, error, answer]);
}

const LET_GO = `update email_deliveries set queued_at = null, leased_until = null
  where company_id = $1 and id = $2 and attempts_count = $3 and state = 'pending'`;

/** Gives back a mail whose attempt this worker has broken off itself: it is made again at once. */
export async function letMailGo(db: Database, { companyId, deliveryId, number }: LeasedMail): Promise<void> {
  await db.query(LET_GO, [companyId, deliveryId, number]);
}
