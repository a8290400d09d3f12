import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DueWork } from '../../platform/queue/due-rows.js';
import { Queues } from '../../platform/queue/queues.js';
import { OUTGOING_MAIL } from './mail-dispatch.js';
import { MailSender } from './mail-sender.js';

/** Works off the queue of mails. */
@Injectable()
export class MailWorker implements OnModuleInit {
  constructor(
    private readonly queues: Queues,
    private readonly work: DueWork,
    private readonly sender: MailSender,
  ) {}

  onModuleInit(): void {
    const wake = this.work.add(OUTGOING_MAIL);
    this.queues.process('emails', async (job, signal) => {
      await this.sender.send(job, signal);
      // There is room for another one of the company then.
      wake();
    });
  }
}
