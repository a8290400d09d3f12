import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DueWork } from '../../platform/queue/due-rows.js';
import { Queues } from '../../platform/queue/queues.js';
import { INCOMING_MAIL } from './inbound-dispatch.js';
import { InboundWorker } from './inbound-worker.js';

/** Works off the queue of incoming mail. */
@Injectable()
export class InboundQueue implements OnModuleInit {
  constructor(
    private readonly queues: Queues,
    private readonly work: DueWork,
    private readonly worker: InboundWorker,
  ) {}

  onModuleInit(): void {
    const wake = this.work.add(INCOMING_MAIL);
    this.queues.process('inbound-emails', async (job) => {
      await this.worker.work(job);
      // There is room for another one of the company then.
      wake();
    });
  }
}
