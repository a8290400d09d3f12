import { only, type Database } from '../database/database.js';
import { RateCounter, type Grant, type RatePolicy } from './rate-counter.js';

// One statement, so that parallel ones queue up at the row and none reads what another is about to write. `granted` is a column because
// RETURNING cannot look at the row as it was before; only Postgres 18 can.
const TAKE = `
  insert into rate_windows as w (policy, subject, used, granted, ends_at)
  values ($1, $2, least($3::int, $4::int), least($3::int, $4::int), date_trunc('milliseconds', now()) + make_interval(secs => $5))
  on conflict (policy, subject) do update set
    granted = case when w.ends_at <= now() then excluded.granted else least($3::int, greatest($4::int - w.used, 0)) end,
    used = case when w.ends_at <= now() then excluded.used else w.used + least($3::int, greatest($4::int - w.used, 0)) end,
    ends_at = case when w.ends_at <= now() then excluded.ends_at else w.ends_at end
  returning granted, greatest($4::int - used, 0) as remaining,
    floor(extract(epoch from ends_at - now()) * 1000)::bigint as reset_ms, (extract(epoch from ends_at) * 1000)::bigint as "window"`;

const GIVE_BACK = `
  update rate_windows set used = greatest(used - $3::int, 0)
  where policy = $1 and subject = $2 and (extract(epoch from ends_at) * 1000)::bigint = $4`;

interface Taken {
  granted: number;
  remaining: number;
  reset_ms: number;
  window: number;
}

/** Exact across processes: every permit goes through the one row of its subject. */
export class PostgresCounter extends RateCounter {
  constructor(private readonly db: Database) {
    super();
  }

  async take(policy: RatePolicy, subject: string, wanted: number): Promise<Grant> {
    const params = [policy.name, subject, wanted, policy.quota, policy.windowSeconds];
    const taken = only(await this.db.prepared<Taken>('rate-take', TAKE, params));
    const { granted, remaining, reset_ms: resetMs, window } = taken;
    const giveBack = async () => {
      await this.db.query(GIVE_BACK, [policy.name, subject, granted, window]);
    };
    return { granted, remaining, resetMs, window, giveBack };
  }
}
