import type { EntityManager } from 'typeorm';
import { rows, type Database } from '../../platform/database/database.js';
import { RETRY_SECONDS, retryDelay, type RowJob } from '../../platform/queue/catalogue.js';
import type { Applied, InboundEnvelope, MailSummary } from './inbound.types.js';

/** A mail that this worker alone may deal with. */
export interface LeasedEmail extends InboundEnvelope {
  emailId: number;
  storageKey: string | null;
  /** Which attempt this is, and how many of those before have failed. */
  number: number;
  failures: number;
}

/** Longer than reading a mail, asking the DNS about it and writing a ticket may take. */
export const INBOUND_LEASE_SECONDS = 150;

/** Somebody else has the mail by now, since this worker was taken for dead. */
export class LeaseLost extends Error {}

// The lease is what decides who works: it is given once for each job, and only to the newest one.
const LEASE_SQL = `
  update inbound_emails e set leased_until = now() + interval '${INBOUND_LEASE_SECONDS} seconds', leased_by = $4, attempts_count = attempts_count + 1
  where e.company_id = $1 and e.id = $2 and e.round = $3 and e.state = 'pending' and e.queued_at is not null and e.leased_until is null
  returning e.company_id as "companyId", e.id as "emailId", e.forwarding_address_id as "forwardingAddressId", e.mail_from as "mailFrom",
    e.rcpt_to as "rcptTo", e.door, e.remote_address as "remoteAddress", e.received_at as "receivedAt", e.storage_key as "storageKey",
    e.attempts_count as number, e.failures`;

/** The mail of a job, for the process of this number alone; null when another has it or it is done with. */
export async function leaseEmail(db: Database, { companyId, id, round }: RowJob, presence: number): Promise<LeasedEmail | null> {
  const [leased] = await db.prepared<LeasedEmail>('lease-inbound', LEASE_SQL, [companyId, id, round, presence]);
  return leased ?? null;
}

const FINISH = `update inbound_emails set state = $4, ticket_id = $5, message_id = $6, steps = $7, sender = $8, sender_name = $9, subject = $10,
    message_header = $11, finished_at = now(), queued_at = null, leased_until = null, error = null
  where company_id = $1 and id = $2 and attempts_count = $3 and state = 'pending' returning 1`;

/** Writes down what has become of a mail, in the transaction in which it has become that. Throws {@link LeaseLost}. */
export async function finishEmail(
  em: EntityManager,
  { companyId, emailId, number }: LeasedEmail,
  summary: MailSummary | null,
  { kind, ticketId, messageId, steps }: Applied,
): Promise<void> {
  const told = [summary?.from, summary?.fromName, summary?.subject, summary?.internetMessageId].map(storable);
  const values = [companyId, emailId, number, kind, ticketId, messageId, JSON.stringify(steps).replaceAll('\\u0000', '\\ufffd')];
  if ((await rows(em, FINISH, [...values, ...told])).length === 0) throw new LeaseLost();
}

const LONGEST_TEXT = 1000;

// A mail may hold what Postgres cannot store as text.
function storable(text: string | null | undefined): string | null {
  return text?.slice(0, LONGEST_TEXT).replace(/[\0\p{Surrogate}]/gu, '\ufffd') ?? null;
}

// In all they are a day: faults of ours are found within that.
const MOST_FAILURES = RETRY_SECONDS['inbound-emails'].length + 1;

const FAIL = `update inbound_emails set failures = failures + 1, queued_at = null, leased_until = null, error = $4,
    due_at = now() + make_interval(secs => $5),
    state = case when failures + 1 >= ${MOST_FAILURES} then 'quarantined' else 'pending' end,
    finished_at = case when failures + 1 >= ${MOST_FAILURES} then now() end
  where company_id = $1 and id = $2 and attempts_count = $3 and state = 'pending'`;

/** Notes that the mail could not be dealt with: it is tried again later, and put aside after the last time. */
export async function noteInboundFailure(
  db: Database,
  { companyId, emailId, number, failures }: LeasedEmail,
  error: string,
): Promise<void> {
  const delay = retryDelay('inbound-emails', failures, Math.random());
  await db.prepared('inbound-failed', FAIL, [companyId, emailId, number, error, delay]);
}
