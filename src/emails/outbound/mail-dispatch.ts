import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, rows } from '../../platform/database/database.js';
import type { DeliveryJob } from '../../platform/queue/catalogue.js';
import { Pump, type WorkSource } from '../../platform/queue/pump.js';
import { Queues } from '../../platform/queue/queues.js';

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
  returning d.company_id as "companyId", d.id as "deliveryId", d.round`;

/** Puts mails that are due into the queue, as many of each company as may be under way. What a queue loses is found by {@link LostMail}. */
@Injectable()
export class MailDispatch implements WorkSource, OnModuleInit {
  readonly name = 'mail';

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
    if (chosen.length > 0)
      await this.queues.add(
        'emails',
        chosen.map((payload) => ({ id: mailJobId(payload), payload })),
      );
    return chosen.length > 0;
  }

  // One at a time: two that count at once would both fill the same room.
  private choose(): Promise<DeliveryJob[]> {
    return this.db.tx(async (em) => {
      await rows(em, 'select pg_advisory_xact_lock($1)', [DISPATCH_LOCK]);
      return rows<DeliveryJob>(em, CHOOSE);
    });
  }
}

/** Names the mail, and which job it is of it. */
export function mailJobId({ companyId, deliveryId, round }: DeliveryJob): string {
  return `mail-${companyId}-${deliveryId}-${round}`;
}
