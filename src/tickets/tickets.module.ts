import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { RequestedTicketsController } from './requested-tickets.controller.js';
import { TicketsController } from './tickets.controller.js';
import { Tickets } from './tickets.service.js';

@Module({
  imports: [UsersModule],
  controllers: [TicketsController, RequestedTicketsController],
  providers: [Tickets],
  exports: [Tickets],
})
export class TicketsModule {}
