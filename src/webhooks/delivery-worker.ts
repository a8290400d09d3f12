import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { DELIVERY_LOG_DAYS } from '../platform/queue/catalogue.js';
import { DueWork } from '../platform/queue/due-rows.js';
import { Queues } from '../platform/queue/queues.js';
import { DELIVERIES } from './dispatch.js';
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
    private readonly work: DueWork,
    private readonly sender: DeliverySender,
  ) {}

  onModuleInit(): void {
    const wake = this.work.add(DELIVERIES);
    for (const queue of DELIVERIES.queues) {
      this.queues.process(queue, async (job, signal) => {
        await this.sender.send(job, signal);
        // There is room for another one of the endpoint then.
        wake();
      });
    }
    this.queues.schedule('sweep-deliveries', HOUR_MS, () => this.sweep());
  }

  /** Forgets deliveries that have been finished for a month, with their attempts. */
  async sweep(): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) gone = (await this.db.query(FORGET)).length;
  }
}
