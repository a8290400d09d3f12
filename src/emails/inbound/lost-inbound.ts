import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { isAbsentSql } from '../../platform/database/notifications.js';
import type { InboundJob } from '../../platform/queue/catalogue.js';
import { Pump, type WorkSource } from '../../platform/queue/pump.js';
import { Queues } from '../../platform/queue/queues.js';
import { INBOUND_LEASE_SECONDS } from './inbound-attempts.js';
import { InboundDispatch, inboundJobId } from './inbound-dispatch.js';

const GRACE_SECONDS = 10;
const LOOK_EVERY_MS = 2_000;
const BATCH = 50;
/** A job is looked for when it should have been begun by now. */
const BEGUN_WITHIN = `interval '5 seconds'`;
/** A mail at which so many workers have died kills them, it seems. */
const MOST_CRASHES = 5;

// All that a dead worker has done with the mail was undone with its transaction. The mail that kills workers takes others down with it: from the
// second time on they are tried again at different times, so that in the end it is alone.
const FREE_ABANDONED = `
  update inbound_emails e set queued_at = null, leased_until = null, crashes = e.crashes + 1,
    due_at = case when e.crashes >= 1 then now() + make_interval(secs => random() * 5 * e.crashes) else now() end,
    state = case when e.crashes + 1 >= ${MOST_CRASHES} then 'quarantined' else e.state end,
    error = case when e.crashes + 1 >= ${MOST_CRASHES} then 'Too many attempts were broken off' else e.error end,
    finished_at = case when e.crashes + 1 >= ${MOST_CRASHES} then now() end
  from (select company_id, id from inbound_emails where state = 'pending' and queued_at is not null
    and (leased_until < now()
      or leased_until < now() + interval '${INBOUND_LEASE_SECONDS - GRACE_SECONDS} seconds' and ${isAbsentSql('leased_by')})
    limit 500 for update skip locked) abandoned
  where e.company_id = abandoned.company_id and e.id = abandoned.id returning 1`;

// Any of them, and others the next time: those that are only late must not hide those that are lost.
const OVERDUE = `
  select company_id as "companyId", id as "emailId", round from inbound_emails
  where state = 'pending' and queued_at < now() - ${BEGUN_WITHIN} and leased_until is null order by random() limit ${BATCH}`;

const QUEUE_AGAIN = `
  update inbound_emails e set queued_at = null
  from unnest($1::bigint[], $2::bigint[], $3::integer[]) as lost (company_id, id, round)
  where e.company_id = lost.company_id and e.id = lost.id and e.round = lost.round and e.state = 'pending' and e.leased_until is null`;

/** Finds incoming mail that a dead worker or a queue without memory has left behind, and lets it be queued again. */
@Injectable()
export class LostInbound implements WorkSource, OnModuleInit {
  readonly name = 'lost incoming mail';
  private nextLook = 0;

  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly pump: Pump,
    private readonly dispatch: InboundDispatch,
  ) {}

  onModuleInit(): void {
    this.pump.add(this);
  }

  async pull(): Promise<boolean> {
    if (performance.now() < this.nextLook) return false;
    const abandoned = await this.db.query(FREE_ABANDONED);
    const overdue = await this.db.query<InboundJob>(OVERDUE);
    const lost = await this.lostOf(overdue);
    if (lost.length > 0)
      await this.db.query(QUEUE_AGAIN, [
        lost.map(({ companyId }) => companyId),
        lost.map(({ emailId }) => emailId),
        lost.map(({ round }) => round),
      ]);
    if (abandoned.length + lost.length > 0) this.pump.wake(this.dispatch);
    const hasMore = overdue.length === BATCH && lost.length === BATCH;
    if (!hasMore) this.nextLook = performance.now() + LOOK_EVERY_MS;
    return hasMore;
  }

  /** A job that waits is only late; one that is gone, or that a dead worker holds, is lost. */
  private async lostOf(overdue: InboundJob[]): Promise<InboundJob[]> {
    const lost: InboundJob[] = [];
    for (const job of overdue) if (!(await this.queues.isWaiting('inbound-emails', inboundJobId(job)))) lost.push(job);
    return lost;
  }
}
