import { Module } from '@nestjs/common';
import { TicketsModule } from '../tickets/tickets.module.js';
import { Messages } from './messages.service.js';
import { RepliesController } from './replies.controller.js';
import { Replies } from './replies.service.js';

@Module({
  imports: [TicketsModule],
  controllers: [RepliesController],
  providers: [Replies, Messages],
  exports: [Replies, Messages],
})
export class RepliesModule {}
