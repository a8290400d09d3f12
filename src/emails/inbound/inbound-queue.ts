import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Pump } from '../../platform/queue/pump.js';
import { Queues } from '../../platform/queue/queues.js';
import { InboundDispatch } from './inbound-dispatch.js';
import { InboundWorker } from './inbound-worker.js';

/** Works off the queue of incoming mail. */
@Injectable()
export class InboundQueue implements OnModuleInit {
  constructor(
    private readonly queues: Queues,
    private readonly pump: Pump,
    private readonly dispatch: InboundDispatch,
    private readonly worker: InboundWorker,
  ) {}

  onModuleInit(): void {
    this.queues.process('inbound-emails', async (job) => {
      await this.worker.work(job);
      // There is room for another one of the company then.
      this.pump.wake(this.dispatch);
    });
  }
}
