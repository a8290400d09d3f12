import type { DueRows } from '../../platform/queue/due-rows.js';
import { INBOUND_LEASE_SECONDS } from './inbound-attempts.js';

// How many mails of one company may be with the workers at a time. The rest waits in Postgres, so that nobody's flood holds up the others.
const WIDTH = 16;

// Any constant does, as long as every desk takes the same one.
const DISPATCH_LOCK = 7_305_221_911;

// Companies with waiting mail are found by skipping from one to the next in the index: a backlog costs nothing.
const CHOOSE = `
  with recursive busy as (
    (select company_id from inbound_emails where state = 'pending' and queued_at is null order by company_id limit 1)
    union all
    select following.company_id from busy cross join lateral (
      select e.company_id from inbound_emails e where e.state = 'pending' and e.queued_at is null and e.company_id > busy.company_id
      order by e.company_id limit 1) following
  ), chosen as (
    select e.company_id, e.id from busy cross join lateral (
      select e.company_id, e.id from inbound_emails e
      where e.company_id = busy.company_id and e.state = 'pending' and e.queued_at is null and e.due_at <= now()
      order by e.due_at, e.id
      limit greatest(0, ${WIDTH} - (select count(*) from inbound_emails f
        where f.company_id = busy.company_id and f.state = 'pending' and f.queued_at is not null))
      for update skip locked) e
  )
  update inbound_emails e set queued_at = now(), round = e.round + 1, leased_until = null
  from chosen where e.company_id = chosen.company_id and e.id = chosen.id
  returning e.company_id as "companyId", e.id, e.round, ${jobIdSql('e')} as "jobId", 'inbound-emails' as queue`;

// A mail at which so many workers have died kills them, it seems.
const IS_HOPELESS = 'd.crashes + 1 >= 5';

/**
 * Incoming mail as work. All that a dead worker has done with a mail was undone with its transaction. The mail that kills workers takes
 * others down with it: from the second time on they are tried again at different times, so that in the end it is alone.
 */
export const INCOMING_MAIL: DueRows = {
  name: 'incoming mail',
  table: 'inbound_emails',
  queues: ['inbound-emails'],
  lock: DISPATCH_LOCK,
  choose: CHOOSE,
  jobId: jobIdSql,
  leaseSeconds: INBOUND_LEASE_SECONDS,
  graceSeconds: 10,
  whenAbandoned: `crashes = d.crashes + 1,
    due_at = case when d.crashes >= 1 then now() + make_interval(secs => random() * 5 * d.crashes) else now() end,
    state = case when ${IS_HOPELESS} then 'quarantined' else d.state end, finished_at = case when ${IS_HOPELESS} then now() end,
    error = case when ${IS_HOPELESS} then 'Too many attempts were broken off' else d.error end`,
};

/** Names the mail, and which job it is of it. */
function jobIdSql(d: string): string {
  return `'inbound-' || ${d}.company_id || '-' || ${d}.id || '-' || ${d}.round`;
}
