import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, rows } from '../../platform/database/database.js';
import type { InboundJob } from '../../platform/queue/catalogue.js';
import { Pump, type WorkSource } from '../../platform/queue/pump.js';
import { Queues } from '../../platform/queue/queues.js';

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
  returning e.company_id as "companyId", e.id as "emailId", e.round`;

/** Puts mails that have come in into the queue, as many of each company as may be under way. What a queue loses is found by `LostInbound`. */
@Injectable()
export class InboundDispatch implements WorkSource, OnModuleInit {
  readonly name = 'incoming mail';

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
        'inbound-emails',
        chosen.map((payload) => ({ id: inboundJobId(payload), payload })),
      );
    return chosen.length > 0;
  }

  // One at a time: two that count at once would both fill the same room.
  private choose(): Promise<InboundJob[]> {
    return this.db.tx(async (em) => {
      await rows(em, 'select pg_advisory_xact_lock($1)', [DISPATCH_LOCK]);
      return rows<InboundJob>(em, CHOOSE);
    });
  }
}

/** Names the mail, and which job it is of it. */
export function inboundJobId({ companyId, emailId, round }: InboundJob): string {
  return `inbound-${companyId}-${emailId}-${round}`;
}
