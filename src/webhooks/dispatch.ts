import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, REPEATABLE_SQL, rows } from '../platform/database/database.js';
import type { DeliveryJob } from '../platform/queue/catalogue.js';
import { Pump, type WorkSource } from '../platform/queue/pump.js';
import { Queues } from '../platform/queue/queues.js';

// How many deliveries of one endpoint may be with the workers at a time. The rest waits in Postgres, so that nobody's backlog fills the queue.
const WIDTH = 16;
const WIDTH_WHEN_SLOW = 5;
const WIDTH_OF_PROBE = 1;

/** From so many failures in a row on an endpoint goes the slow way, and then is asked only from time to time. */
export const SUSPECT_AFTER = 3;
export const PAUSED_AFTER = 10;

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
  returning d.company_id as "companyId", d.id as "deliveryId", d.round, d.web_hook_id as "webHookId", d.event_id as "eventId", d.part,
    chosen.is_slow as "isSlow"`;

interface Chosen extends DeliveryJob {
  webHookId: number;
  eventId: number;
  part: string;
  isSlow: boolean;
}

/** Puts deliveries that are due into the queue, as many of each endpoint as may be under way. What a queue loses is found by {@link LostDeliveries}. */
@Injectable()
export class DeliveryDispatch implements WorkSource, OnModuleInit {
  readonly name = 'web hook deliveries';

  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly pump: Pump,
  ) {}

  onModuleInit(): void {
    this.pump.add(this);
  }

  async pull(): Promise<boolean> {
    const chosen = await this.choose();
    const [slow, well] = [chosen.filter(({ isSlow }) => isSlow), chosen.filter(({ isSlow }) => !isSlow)];
    if (well.length > 0) await this.queues.add('webhooks', well.map(jobOf));
    if (slow.length > 0) await this.queues.add('webhooks-slow', slow.map(jobOf));
    return chosen.length > 0;
  }

  // One at a time: two that count at once would both fill the same room.
  private choose(): Promise<Chosen[]> {
    return this.db.tx(async (em) => {
      await rows(em, `select pg_advisory_xact_lock($1), ${REPEATABLE_SQL}`, [DISPATCH_LOCK]);
      return rows<Chosen>(em, CHOOSE);
    });
  }
}

function jobOf(chosen: Chosen): { id: string; payload: DeliveryJob } {
  const { companyId, deliveryId, round } = chosen;
  return { id: jobId(chosen), payload: { companyId, deliveryId, round } };
}

/** Names the event, the endpoint and which job it is of this delivery. */
export function jobId(of: { companyId: number; webHookId: number; eventId: number; part: string; round: number }): string {
  const part = of.part === '' ? '' : `-${of.part}`;
  return `event-${of.companyId}-${of.eventId}-web-hook-${of.webHookId}${part}-${of.round}`;
}
