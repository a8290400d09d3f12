import type { DueRows } from '../../platform/queue/due-rows.js';
import { MAIL_LEASE_SECONDS } from './mail-attempts.js';

// How many mails of one company may be with the workers at a time. The rest waits in Postgres, so that nobody's backlog fills the queue.
const WIDTH = 20;

// Any constant does, as long as every desk takes the same one.
const DISPATCH_LOCK = 7_305_221_909;

// Companies with waiting mail are found by skipping from one to the next in the index: a backlog costs nothing.
const CHOOSE = `
  with recursive busy as (
    (select company_id from email_deliveries where state = 'pending' and queued_at is null order by company_id limit 1)
    union all
    select following.company_id from busy cross join lateral (
      select d.company_id from email_deliveries d where d.state = 'pending' and d.queued_at is null and d.company_id > busy.company_id
      order by d.company_id limit 1) following
  ), chosen as (
    select d.company_id, d.id from busy cross join lateral (
      select d.company_id, d.id from email_deliveries d
      where d.company_id = busy.company_id and d.state = 'pending' and d.queued_at is null and d.due_at <= now()
      order by d.due_at, d.id
      limit greatest(0, ${WIDTH} - (select count(*) from email_deliveries f
        where f.company_id = busy.company_id and f.state = 'pending' and f.queued_at is not null))
      for update skip locked) d
  )
  update email_deliveries d set queued_at = now(), round = d.round + 1, leased_until = null
  from chosen where d.company_id = chosen.company_id and d.id = chosen.id
  returning d.company_id as "companyId", d.id, d.round, ${jobIdSql('d')} as "jobId", 'emails' as queue`;

// A mail on which so many attempts were begun kills its workers, it seems.
const IS_HOPELESS = 'd.attempts_count >= 30';

/** Outgoing mail as work. A mail of a worker that has died may have been taken, and is sent again under the same id. */
export const OUTGOING_MAIL: DueRows = {
  name: 'mail',
  table: 'email_deliveries',
  queues: ['emails'],
  lock: DISPATCH_LOCK,
  choose: CHOOSE,
  jobId: jobIdSql,
  leaseSeconds: MAIL_LEASE_SECONDS,
  graceSeconds: 10,
  whenAbandoned: `state = case when ${IS_HOPELESS} then 'failed' else d.state end, finished_at = case when ${IS_HOPELESS} then now() end,
    error = case when ${IS_HOPELESS} then 'Too many attempts were broken off' else d.error end`,
};

/** Names the mail, and which job it is of it. */
function jobIdSql(d: string): string {
  return `'mail-' || ${d}.company_id || '-' || ${d}.id || '-' || ${d}.round`;
}
