import { Module } from '@nestjs/common';
import { TicketsModule } from '../tickets/tickets.module.js';
import { QueueJoining } from './queue-joining.js';
import { QueueRunner } from './queue-runner.js';
import { QueueController } from './queue.controller.js';
import { Routing } from './routing.service.js';
import { TicketQueue } from './ticket-queue.service.js';

/** Which agent gets a conversation, and who waits for one. */
@Module({
  imports: [TicketsModule],
  controllers: [QueueController],
  providers: [Routing, QueueRunner, QueueJoining, TicketQueue],
  exports: [TicketQueue],
})
export class RoutingModule {}
