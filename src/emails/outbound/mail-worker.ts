import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Pump } from '../../platform/queue/pump.js';
import { Queues } from '../../platform/queue/queues.js';
import { MailDispatch } from './mail-dispatch.js';
import { MailSender } from './mail-sender.js';

/** Works off the queue of mails. */
@Injectable()
export class MailWorker implements OnModuleInit {
  constructor(
    private readonly queues: Queues,
    private readonly pump: Pump,
    private readonly dispatch: MailDispatch,
    private readonly sender: MailSender,
  ) {}

  onModuleInit(): void {
    this.queues.process('emails', async (job, signal) => {
      await this.sender.send(job, signal);
      // There is room for another one of the company then.
      this.pump.wake(this.dispatch);
    });
  }
}
