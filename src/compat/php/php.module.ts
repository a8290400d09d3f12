import { Module } from '@nestjs/common';
import { RepliesModule } from '../../replies/replies.module.js';
import { TicketsModule } from '../../tickets/tickets.module.js';
import { PhpChoicesController } from './php-choices.controller.js';
import { PhpTicketsController } from './php-tickets.controller.js';
import { PhpTickets } from './php-tickets.service.js';

@Module({
  imports: [TicketsModule, RepliesModule],
  controllers: [PhpTicketsController, PhpChoicesController],
  providers: [PhpTickets],
})
export class PhpModule {}
