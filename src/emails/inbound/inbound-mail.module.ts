import { Module } from '@nestjs/common';
import { EmailsModule } from '../emails.module.js';
import { InboundAddresses } from './inbound-addresses.js';
import { InboundDispatch } from './inbound-dispatch.js';
import { InboundMailbag } from './inbound-mailbag.js';
import { InboundPipeline } from './inbound-pipeline.js';
import { InboundQueue } from './inbound-queue.js';
import { InboundSweeper } from './inbound-sweeper.js';
import { InboundWorker } from './inbound-worker.js';
import { LostInbound } from './lost-inbound.js';
import { SmtpReceiver } from './smtp-receiver.js';

/** The mail that comes to the desk: its doors, where it is kept, and what becomes of it. */
@Module({
  imports: [EmailsModule],
  providers: [
    ...[InboundAddresses, InboundMailbag, SmtpReceiver],
    ...[InboundDispatch, InboundQueue, InboundSweeper, InboundWorker, LostInbound],
    InboundPipeline,
  ],
})
export class InboundMailModule {}
