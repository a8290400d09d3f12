import { chooseByCompany } from '../../platform/queue/choose-by-company.js';
import type { DueRows } from '../../platform/queue/due-rows.js';
import { MAIL_LEASE_SECONDS } from './mail-attempts.js';

const WIDTH = 20;

// Any constant does, as long as every desk takes the same one.
const DISPATCH_LOCK = 7_305_221_909;

// A mail on which so many attempts were begun kills its workers, it seems.
const IS_HOPELESS = 'd.attempts_count >= 30';

/** Outgoing mail as work. A mail of a worker that has died may have been taken, and is sent again under the same id. */
export const OUTGOING_MAIL: DueRows = {
  name: 'mail',
  table: 'email_deliveries',
  queues: ['emails'],
  lock: DISPATCH_LOCK,
  choose: chooseByCompany({ table: 'email_deliveries', queue: 'emails', width: WIDTH, jobId: jobIdSql }),
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
