import type { DueRows } from '../platform/queue/due-rows.js';
import { LEASE_SECONDS } from './attempts.js';
import { PAUSED_AFTER, SUSPECT_AFTER } from './health.js';

// How many deliveries of one endpoint may be with the workers at a time. The rest waits in Postgres, so that nobody's backlog fills the queue.
const WIDTH = 16;
const WIDTH_WHEN_SLOW = 5;
const WIDTH_OF_PROBE = 1;

/** A delivery on which so many attempts were begun kills its workers, it seems. */
const MOST_ATTEMPTS = 60;

/** What an attempt says whose worker has died or was stopped. */
export const INTERRUPTED = 'The worker ended before the answer was known';

// Any constant does, as long as every desk takes the same one.
const DISPATCH_LOCK = 7_305_221_907;

// Endpoints with waiting deliveries are found by skipping from one to the next in the index, and only as many deliveries are looked at as
// each has room for: a backlog costs nothing.
const CHOOSE = `
  with recursive busy as (
    (select company_id, web_hook_id from web_hook_deliveries where state = 'pending' and queued_at is null
      order by company_id, web_hook_id limit 1)
    union all
    select following.* from busy cross join lateral (
      select d.company_id, d.web_hook_id from web_hook_deliveries d where d.state = 'pending' and d.queued_at is null
        and (d.company_id, d.web_hook_id) > (busy.company_id, busy.web_hook_id)
      order by d.company_id, d.web_hook_id limit 1) following
  ), endpoints as (
    select w.company_id, w.id, w.consecutive_failures >= ${SUSPECT_AFTER} or coalesce(w.slow_until > now(), false) as is_slow,
      case when w.consecutive_failures >= ${PAUSED_AFTER} then ${WIDTH_OF_PROBE}
        when w.consecutive_failures >= ${SUSPECT_AFTER} or w.slow_until > now() then ${WIDTH_WHEN_SLOW} else ${WIDTH} end
      - (select count(*) from web_hook_deliveries f
          where f.company_id = w.company_id and f.web_hook_id = w.id and f.state = 'pending' and f.queued_at is not null) as room
    from busy join web_hooks w on w.company_id = busy.company_id and w.id = busy.web_hook_id
    where w.is_enabled and (w.paused_until is null or w.paused_until <= now())
  ), chosen as (
    select d.company_id, d.id, e.is_slow from endpoints e cross join lateral (
      select d.company_id, d.id from web_hook_deliveries d
      where d.company_id = e.company_id and d.web_hook_id = e.id and d.state = 'pending' and d.queued_at is null and d.due_at <= now()
      order by d.due_at, d.id limit greatest(e.room, 0) for update skip locked) d
  )
  update web_hook_deliveries d set queued_at = now(), round = d.round + 1, leased_until = null
  from chosen where d.company_id = chosen.company_id and d.id = chosen.id
  returning d.company_id as "companyId", d.id, d.round, ${jobIdSql('d')} as "jobId",
    case when chosen.is_slow then 'webhooks-slow' else 'webhooks' end as queue`;

/** The deliveries as work. */
export const DELIVERIES: DueRows = {
  name: 'web hook deliveries',
  table: 'web_hook_deliveries',
  queues: ['webhooks', 'webhooks-slow'],
  lock: DISPATCH_LOCK,
  choose: CHOOSE,
  jobId: jobIdSql,
  leaseSeconds: LEASE_SECONDS,
  graceSeconds: 4,
  whenAbandoned: `state = case when d.attempts_count >= ${MOST_ATTEMPTS} then 'failed' else d.state end,
    finished_at = case when d.attempts_count >= ${MOST_ATTEMPTS} then now() end`,
  noteAbandoned: `update web_hook_attempts a set finished_at = now(), error = '${INTERRUPTED}' from abandoned
    where a.company_id = abandoned.company_id and a.delivery_id = abandoned.id and a.number = abandoned.attempts_count and a.finished_at is null`,
};

/** Names the event, the endpoint and which job it is of this delivery. */
function jobIdSql(d: string): string {
  return `'event-' || ${d}.company_id || '-' || ${d}.event_id || '-web-hook-' || ${d}.web_hook_id
    || case when ${d}.part = '' then '' else '-' || ${d}.part end || '-' || ${d}.round`;
}
