import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { isAbsentSql } from '../../platform/database/notifications.js';
import type { DeliveryJob } from '../../platform/queue/catalogue.js';
import { Pump, type WorkSource } from '../../platform/queue/pump.js';
import { Queues } from '../../platform/queue/queues.js';
import { MAIL_LEASE_SECONDS } from './mail-attempts.js';
import { mailJobId, MailDispatch } from './mail-dispatch.js';

const GRACE_SECONDS = 10;
const LOOK_EVERY_MS = 2_000;
const BATCH = 50;
/** A job is looked for when it should have been begun by now. */
const BEGUN_WITHIN = `interval '5 seconds'`;
/** A mail on which so many attempts were begun kills its workers, it seems. */
const MOST_ATTEMPTS = 30;

// The mail of a worker that has died may have been taken, and is sent again under the same id. One that is only cut off from Postgres has a
// few seconds to come back; one that hangs is taken for dead when its lease ends.
const FREE_ABANDONED = `
  update email_deliveries d set queued_at = null, leased_until = null,
    state = case when d.attempts_count >= ${MOST_ATTEMPTS} then 'failed' else d.state end,
    error = case when d.attempts_count >= ${MOST_ATTEMPTS} then 'Too many attempts were broken off' else d.error end,
    finished_at = case when d.attempts_count >= ${MOST_ATTEMPTS} then now() end
  from (select company_id, id from email_deliveries where state = 'pending' and queued_at is not null
    and (leased_until < now()
      or leased_until < now() + interval '${MAIL_LEASE_SECONDS - GRACE_SECONDS} seconds' and ${isAbsentSql('leased_by')})
    limit 500 for update skip locked) abandoned
  where d.company_id = abandoned.company_id and d.id = abandoned.id returning 1`;

// Any of them, and others the next time: those that are only late must not hide those that are lost.
const OVERDUE = `
  select company_id as "companyId", id as "deliveryId", round from email_deliveries
  where state = 'pending' and queued_at < now() - ${BEGUN_WITHIN} and leased_until is null order by random() limit ${BATCH}`;

const QUEUE_AGAIN = `
  update email_deliveries d set queued_at = null
  from unnest($1::bigint[], $2::bigint[], $3::integer[]) as lost (company_id, id, round)
  where d.company_id = lost.company_id and d.id = lost.id and d.round = lost.round and d.state = 'pending' and d.leased_until is null`;

/** Finds mail that a dead worker or a queue without memory has left behind, and lets it be queued again. */
@Injectable()
export class LostMail implements WorkSource, OnModuleInit {
  readonly name = 'lost mail';
  private nextLook = 0;

  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly pump: Pump,
    private readonly dispatch: MailDispatch,
  ) {}

  onModuleInit(): void {
    this.pump.add(this);
  }

  async pull(): Promise<boolean> {
    if (performance.now() < this.nextLook) return false;
    const abandoned = await this.db.query(FREE_ABANDONED);
    const overdue = await this.db.query<DeliveryJob>(OVERDUE);
    const lost = await this.lostOf(overdue);
    if (lost.length > 0)
      await this.db.query(QUEUE_AGAIN, [
        lost.map(({ companyId }) => companyId),
        lost.map(({ deliveryId }) => deliveryId),
        lost.map(({ round }) => round),
      ]);
    if (abandoned.length + lost.length > 0) this.pump.wake(this.dispatch);
    const hasMore = overdue.length === BATCH && lost.length === BATCH;
    if (!hasMore) this.nextLook = performance.now() + LOOK_EVERY_MS;
    return hasMore;
  }

  /** A job that waits is only late; one that is gone, or that a dead worker holds, is lost. */
  private async lostOf(overdue: DeliveryJob[]): Promise<DeliveryJob[]> {
    const lost: DeliveryJob[] = [];
    for (const job of overdue) if (!(await this.queues.isWaiting('emails', mailJobId(job)))) lost.push(job);
    return lost;
  }
}
