import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AssignmentsController } from './assignments.controller.js';
import { Assignments } from './assignments.js';
import { BulkController } from './bulk.controller.js';
import { BulkActions } from './bulk.js';
import { TicketCleaning } from './cleaning.service.js';
import { Conversations } from './conversations.service.js';
import { NewTicketSteps } from './new-ticket-steps.js';
import { RatingsController } from './ratings.controller.js';
import { Ratings } from './ratings.js';
import { RequestedTicketsController } from './requested-tickets.controller.js';
import { TicketLabelsController } from './ticket-labels.controller.js';
import { TicketLabels } from './ticket-labels.js';
import { TicketMergesController } from './ticket-merges.controller.js';
import { TicketMerges } from './ticket-merges.js';
import { TicketSwitchesController } from './ticket-switches.controller.js';
import { TicketSwitches } from './ticket-switches.js';
import { TicketsController } from './tickets.controller.js';
import { Tickets } from './tickets.service.js';
import { UserDeletionController } from './user-deletion.controller.js';
import { UserDeletion } from './user-deletion.service.js';
import { TypingController } from './typing.controller.js';
import { TypingOnTickets } from './typing.service.js';

@Module({
  imports: [UsersModule],
  controllers: [
    ...[TicketsController, TicketSwitchesController, AssignmentsController, TicketLabelsController, RequestedTicketsController],
    ...[UserDeletionController, TicketMergesController, BulkController, TypingController, RatingsController],
  ],
  providers: [
    Tickets,
    TicketSwitches,
    Assignments,
    TicketLabels,
    TicketMerges,
    BulkActions,
    Conversations,
    NewTicketSteps,
    TicketCleaning,
    TypingOnTickets,
    UserDeletion,
    Ratings,
  ],
  exports: [
    UserDeletion,
    Tickets,
    Conversations,
    Ratings,
    TypingOnTickets,
    TicketSwitches,
    Assignments,
    TicketLabels,
    NewTicketSteps,
    TicketCleaning,
  ],
})
export class TicketsModule {}
