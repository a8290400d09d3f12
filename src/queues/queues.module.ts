import { Module } from '@nestjs/common';
import { OperatorSessions } from './operator-sessions.js';
import { Operators } from './operators.js';
import { QueueBoard } from './queue-board.js';
import { QueuesController } from './queues.controller.js';

/** The queues, for those who run the desk. */
@Module({ controllers: [QueuesController], providers: [Operators, OperatorSessions, QueueBoard] })
export class QueuesModule {}
