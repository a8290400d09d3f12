import { Module } from '@nestjs/common';
import { AttachmentsModule } from '../../attachments/attachments.module.js';
import { TicketsModule } from '../../tickets/tickets.module.js';
import { EmailsModule } from '../emails.module.js';
import { MailAuthentication } from './authenticate.js';
import { Bounces } from './bounces.js';
import { ImapPoller } from './imap-poller.js';
import { InboundAddresses } from './inbound-addresses.js';
import { InboundEmailsController } from './inbound-emails.controller.js';
import { InboundEmails } from './inbound-emails.service.js';
import { InboundMailbag } from './inbound-mailbag.js';
import { InboundPipeline } from './inbound-pipeline.js';
import { InboundQueue } from './inbound-queue.js';
import { InboundSettingsController } from './inbound-settings.controller.js';
import { InboundSettings } from './inbound-settings.service.js';
import { InboundSweeper } from './inbound-sweeper.js';
import { InboundWorker } from './inbound-worker.js';
import { MailJudgement } from './mail-judgement.js';
import { MailPickup } from './mail-pickup.js';
import { MailPlacing } from './mail-placing.js';
import { MailWriter } from './mail-writer.js';
import { SmtpReceiver } from './smtp-receiver.js';
import { Threads } from './thread.js';
import { WholeMessagesController } from './whole-messages.controller.js';
import { WholeMessages } from './whole-messages.service.js';

/** The mail that comes to the desk: its doors, where it is kept, and what becomes of it. */
@Module({
  imports: [AttachmentsModule, EmailsModule, TicketsModule],
  controllers: [InboundEmailsController, InboundSettingsController, WholeMessagesController],
  providers: [
    ...[InboundAddresses, InboundEmails, InboundMailbag, InboundSettings],
    ...[ImapPoller, MailPickup, SmtpReceiver],
    ...[InboundQueue, InboundSweeper, InboundWorker],
    ...[Bounces, InboundPipeline, MailAuthentication, MailJudgement, MailPlacing, MailWriter, Threads, WholeMessages],
  ],
  exports: [MailPickup],
})
export class InboundMailModule {}
