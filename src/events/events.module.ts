import { Module } from '@nestjs/common';
import { EventLog } from './event-log.service.js';
import { EventStreams } from './event-streams.js';
import { EventsController } from './events.controller.js';
import { LogHead } from './log-head.js';

@Module({ controllers: [EventsController], providers: [EventLog, EventStreams, LogHead] })
export class EventsModule {}
