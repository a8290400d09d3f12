import { chooseByCompany } from '../../platform/queue/choose-by-company.js';
import type { DueRows } from '../../platform/queue/due-rows.js';
import { INBOUND_LEASE_SECONDS } from './inbound-attempts.js';

const WIDTH = 16;

// Any constant does, as long as every desk takes the same one.
const DISPATCH_LOCK = 7_305_221_911;

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
  choose: chooseByCompany({ table: 'inbound_emails', queue: 'inbound-emails', width: WIDTH, jobId: jobIdSql }),
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
