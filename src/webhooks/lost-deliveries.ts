import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { isAbsentSql } from '../platform/database/notifications.js';
import { Pump, type WorkSource } from '../platform/queue/pump.js';
import { Queues } from '../platform/queue/queues.js';
import { LEASE_SECONDS } from './attempts.js';
import { DeliveryDispatch, jobId } from './dispatch.js';

export const INTERRUPTED = 'The worker ended before the answer was known';

const GRACE_SECONDS = 4;
const LOOK_EVERY_MS = 2_000;
const BATCH = 50;
/** A job is looked for when it should have been begun by now. */
const BEGUN_WITHIN = `interval '5 seconds'`;
/** A delivery on which so many attempts were begun kills its workers, it seems. */
const MOST_ATTEMPTS = 60;

// The request of a worker that has died may have been answered, and is made again. One that is only cut off from Postgres has a few
// seconds to come back; one that hangs is taken for dead when its lease ends.
const FREE_ABANDONED = `
  with abandoned as (
    select company_id, id, attempts_count from web_hook_deliveries
    where state = 'pending' and queued_at is not null and (leased_until < now()
      or leased_until < now() + interval '${LEASE_SECONDS - GRACE_SECONDS} seconds' and ${isAbsentSql('leased_by')})
    limit 500 for update skip locked
  ), noted as (
    update web_hook_attempts a set finished_at = now(), error = '${INTERRUPTED}' from abandoned
    where a.company_id = abandoned.company_id and a.delivery_id = abandoned.id and a.number = abandoned.attempts_count and a.finished_at is null
  )
  update web_hook_deliveries d set queued_at = null, leased_until = null,
    state = case when d.attempts_count >= ${MOST_ATTEMPTS} then 'failed' else d.state end,
    finished_at = case when d.attempts_count >= ${MOST_ATTEMPTS} then now() end
  from abandoned where d.company_id = abandoned.company_id and d.id = abandoned.id
  returning 1`;

// Any of them, and others the next time: those that are only late must not hide those that are lost.
const OVERDUE = `
  select company_id as "companyId", id, web_hook_id as "webHookId", event_id as "eventId", part, round from web_hook_deliveries
  where state = 'pending' and queued_at < now() - ${BEGUN_WITHIN} and leased_until is null order by random() limit ${BATCH}`;

const QUEUE_AGAIN = `
  update web_hook_deliveries d set queued_at = null
  from unnest($1::bigint[], $2::bigint[], $3::integer[]) as lost (company_id, id, round)
  where d.company_id = lost.company_id and d.id = lost.id and d.round = lost.round and d.state = 'pending' and d.leased_until is null`;

interface Overdue {
  companyId: number;
  id: number;
  webHookId: number;
  eventId: number;
  part: string;
  round: number;
}

/** Finds deliveries that a dead worker or a queue without memory has left behind, and lets them be queued again. */
@Injectable()
export class LostDeliveries implements WorkSource, OnModuleInit {
  readonly name = 'lost web hook deliveries';
  private nextLook = 0;

  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly pump: Pump,
    private readonly dispatch: DeliveryDispatch,
  ) {}

  onModuleInit(): void {
    this.pump.add(this);
  }

  async pull(): Promise<boolean> {
    if (performance.now() < this.nextLook) return false;
    const abandoned = await this.db.query(FREE_ABANDONED);
    const overdue = await this.db.query<Overdue>(OVERDUE);
    const lost = await this.lostOf(overdue);
    if (lost.length > 0)
      await this.db.query(QUEUE_AGAIN, [
        lost.map(({ companyId }) => companyId),
        lost.map(({ id }) => id),
        lost.map(({ round }) => round),
      ]);
    if (abandoned.length + lost.length > 0) this.pump.wake(this.dispatch);
    const hasMore = overdue.length === BATCH && lost.length === BATCH;
    if (!hasMore) this.nextLook = performance.now() + LOOK_EVERY_MS;
    return hasMore;
  }

  /** A job that waits is only late; one that is gone, or that a dead worker holds, is lost. */
  private async lostOf(overdue: Overdue[]): Promise<Overdue[]> {
    const lost: Overdue[] = [];
    for (const delivery of overdue) {
      const id = jobId(delivery);
      const isLate = (await this.queues.isWaiting('webhooks', id)) || (await this.queues.isWaiting('webhooks-slow', id));
      if (!isLate) lost.push(delivery);
    }
    return lost;
  }
}
