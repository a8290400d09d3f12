import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { DELIVERY_LOG_DAYS, type DeliveryJob } from '../platform/queue/catalogue.js';
import { Pump } from '../platform/queue/pump.js';
import { Queues } from '../platform/queue/queues.js';
import { DeliveryDispatch } from './dispatch.js';
import { DeliverySender } from './sender.js';

const HOUR_MS = 3_600_000;
const BATCH = 2_000;

const FORGET = `delete from web_hook_deliveries d using (
    select company_id, id from web_hook_deliveries where finished_at < now() - interval '${DELIVERY_LOG_DAYS} days' limit ${BATCH}
    for update skip locked) old
  where d.company_id = old.company_id and d.id = old.id returning 1`;

/** Works off the queues of deliveries. */
@Injectable()
export class DeliveryWorker implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly pump: Pump,
    private readonly dispatch: DeliveryDispatch,
    private readonly sender: DeliverySender,
  ) {}

  onModuleInit(): void {
    this.queues.process('webhooks', (job, signal) => this.send(job, signal));
    this.queues.process('webhooks-slow', (job, signal) => this.send(job, signal));
    this.queues.schedule('sweep-deliveries', HOUR_MS, () => this.sweep());
  }

  /** Forgets deliveries that have been finished for a month, with their attempts. */
  async sweep(): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) gone = (await this.db.query(FORGET)).length;
  }

  // There is room for another one of the endpoint then.
  private async send(job: DeliveryJob, signal: AbortSignal): Promise<void> {
    await this.sender.send(job, signal);
    this.pump.wake(this.dispatch);
  }
}
