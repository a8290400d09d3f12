import type { EntityManager } from 'typeorm';
import { REPEATABLE_SQL, rows, type Database } from '../platform/database/database.js';
import type { LoggedEvent } from '../platform/events/logged-event.js';
import { RETRY_SECONDS, type RowJob } from '../platform/queue/catalogue.js';
import { PAUSED_AFTER } from './health.js';
import type { Spelling } from './formats/format.js';
import type { FormatName } from './formats/formats.js';

/** Everything that a request says, and what its answer decides upon. */
export interface LeasedDelivery {
  companyId: number;
  deliveryId: number;
  /** Which attempt this is. */
  number: number;
  failures: number;
  part: string;
  webHookId: number;
  url: string;
  format: FormatName;
  spelling: Spelling;
  secret: Buffer;
  oldSecret: Buffer | null;
  headers: Buffer | null;
  company: { id: number; subdomain: string; name: string };
  event: Omit<LoggedEvent, 'createdAt'>;
  eventCreatedAt: Date;
  ticketBefore: object | null;
}

/** What came of a request. */
export interface Outcome {
  /** Of the answer; null when there was none. */
  status: number | null;
  ms: number;
  responseHead: string | null;
  /** In words; null when all was well. */
  error: string | null;
  /** What the endpoint asked for, in seconds. */
  retryAfter: number | null;
}

/** Longer than a request may take. */
export const LEASE_SECONDS = 25;

// None of this waits for the disk: when Postgres crashes, the last messages may be sent again, and their first attempts be forgotten.

// The lease is what decides who sends: it is given once for each job, and only to the newest one. The attempt is written down before it is made.
const LEASE_SQL = `
  with leased as (
    update web_hook_deliveries d set leased_until = now() + interval '${LEASE_SECONDS} seconds', leased_by = $4, attempts_count = attempts_count + 1
    from web_hooks w
    where d.company_id = $1 and d.id = $2 and d.round = $3 and d.state = 'pending' and d.queued_at is not null and d.leased_until is null
      and w.company_id = d.company_id and w.id = d.web_hook_id and w.is_enabled
    returning d.*
  ), begun as (
    insert into web_hook_attempts (company_id, delivery_id, number, started_at)
    select company_id, id, attempts_count, clock_timestamp() from leased returning ${REPEATABLE_SQL}
  )
  select d.company_id as "companyId", d.id as "deliveryId", d.attempts_count as number, d.failures, d.part, w.id as "webHookId", w.url, w.format,
    w.spelling, w.secret, case when w.old_secret_until > now() then w.old_secret end as "oldSecret", w.headers,
    json_build_object('id', c.id, 'subdomain', c.subdomain, 'name', c.name) as company,
    json_build_object('companyId', e.company_id, 'id', e.id, 'type', e.type, 'actor', e.actor, 'ticketId', e.ticket_id,
      'ticketSequence', e.ticket_sequence, 'data', e.data) as event,
    e.created_at as "eventCreatedAt", before.data -> 'ticket' as "ticketBefore"
  from leased d
  join web_hooks w on w.company_id = d.company_id and w.id = d.web_hook_id
  join companies c on c.id = d.company_id
  join events e on e.company_id = d.company_id and e.id = d.event_id
  left join events before on w.format = 'support_board' and before.company_id = e.company_id and before.ticket_id = e.ticket_id
    and before.ticket_sequence = e.ticket_sequence - 1`;

/** The delivery of a job, for the process of this number alone; null when another has it or it is no longer to be sent. */
export async function leaseDelivery(
  db: Database,
  { companyId, id, round }: RowJob,
  presence: number,
): Promise<LeasedDelivery | null> {
  const [leased] = await db.prepared<LeasedDelivery>('lease-delivery', LEASE_SQL, [companyId, id, round, presence]);
  return leased ?? null;
}

const NOTE_ATTEMPT = `update web_hook_attempts set finished_at = clock_timestamp(), status = $4, ms = $5, response_head = $6, error = $7
  where company_id = $1 and delivery_id = $2 and number = $3 returning ${REPEATABLE_SQL}`;

/** An answer that takes longer puts its endpoint on the slow way for a while. */
const SLOW_MS = 2_000;

// Most endpoints are well, and then nothing is written to their rows, for which many deliveries would wait in line.
const SUCCEED = `
  with noted as (${NOTE_ATTEMPT}), done as (
    update web_hook_deliveries set state = 'succeeded', finished_at = now(), queued_at = null, leased_until = null
    where company_id = $1 and id = $2 and state = 'pending'
  )
  update web_hooks set consecutive_failures = 0, failing_since = null, paused_until = null,
    slow_until = case when $5 > ${SLOW_MS} then now() + interval '1 minute' end
  where company_id = $1 and id = $8 and (failing_since is not null
    or $5 > ${SLOW_MS} and (slow_until is null or slow_until < now() + interval '30 seconds'))`;

/** Notes a success; whoever has been told has been told, also when another worker is at it by now. */
export async function noteSuccess(db: Database, delivery: LeasedDelivery, outcome: Outcome): Promise<void> {
  await db.prepared('delivery-succeeded', SUCCEED, [...attemptValues(delivery, outcome), delivery.webHookId]);
}

const MOST_FAILURES = RETRY_SECONDS.webhooks.length + 1;
const FIRST_PAUSE_S = 10;
const LONGEST_PAUSE_S = 300;
const DISABLED_AFTER = `interval '5 days'`;

const FAIL = `
  with noted as (${NOTE_ATTEMPT})
  update web_hook_deliveries set failures = failures + 1, queued_at = null, leased_until = null,
    due_at = now() + make_interval(secs => $8),
    state = case when failures + 1 >= ${MOST_FAILURES} then 'failed' else 'pending' end,
    finished_at = case when failures + 1 >= ${MOST_FAILURES} then now() end
  where company_id = $1 and id = $2 and attempts_count = $3 and state = 'pending' and leased_until is not null`;

const BLAME = `
  update web_hooks w set consecutive_failures = w.consecutive_failures + 1, failing_since = coalesce(w.failing_since, now()),
    paused_until = greatest(w.paused_until, now() + make_interval(secs => $4), case when w.consecutive_failures + 1 >= ${PAUSED_AFTER}
      then now() + make_interval(secs => least(${FIRST_PAUSE_S} * power(2, least(w.consecutive_failures + 1 - ${PAUSED_AFTER}, 10)), ${LONGEST_PAUSE_S})) end),
    slow_until = case when $5 > ${SLOW_MS} then now() + interval '1 minute' else w.slow_until end,
    is_enabled = verdict.reason is null, disabled_because = verdict.reason
  from (select company_id, id, case when $3 then 'gone' when failing_since < now() - ${DISABLED_AFTER} then 'failing' end as reason
    from web_hooks where company_id = $1 and id = $2 for update) verdict
  where w.company_id = verdict.company_id and w.id = verdict.id and w.is_enabled
  returning verdict.reason`;

/**
 * Notes a failure, sets the next attempt and counts against the endpoint. Answers why the endpoint has been disabled by it, or null.
 * `pauseSeconds`: nothing at all is sent to the endpoint for so long.
 */
export async function noteFailure(
  em: EntityManager,
  delivery: LeasedDelivery,
  outcome: Outcome,
  { delaySeconds, pauseSeconds }: { delaySeconds: number; pauseSeconds: number },
): Promise<'gone' | 'failing' | null> {
  await rows(em, FAIL, [...attemptValues(delivery, outcome), delaySeconds]);
  const values = [delivery.companyId, delivery.webHookId, outcome.status === 410, pauseSeconds, outcome.ms];
  const [blamed] = await rows<{ reason: 'gone' | 'failing' | null }>(em, BLAME, values);
  return blamed?.reason ?? null;
}

const LET_GO = `
  with noted as (${NOTE_ATTEMPT})
  update web_hook_deliveries set queued_at = null, leased_until = null
  where company_id = $1 and id = $2 and attempts_count = $3 and state = 'pending'`;

/** Notes an attempt that this worker has broken off itself: it is made again at once, and nobody is to blame. */
export async function noteInterruption(db: Database, delivery: LeasedDelivery, outcome: Outcome): Promise<void> {
  await db.query(LET_GO, attemptValues(delivery, outcome));
}

function attemptValues({ companyId, deliveryId, number }: LeasedDelivery, outcome: Outcome): unknown[] {
  const { status, ms, responseHead, error } = outcome;
  return [companyId, deliveryId, number, status, ms, responseHead, error];
}
