import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { Database } from '../platform/database/database.js';
import { EVENT_TYPES } from '../platform/events/catalogue.js';
import { readFeed } from '../platform/events/feed.js';
import { LenientIntegerField, TextField } from '../platform/http/fields.js';
import { QueryInput } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';

const MOST_EVENTS = 1000;
const DEFAULT_EVENTS = 100;

class ListEventsQuery {
  @TextField({ description: 'The `cursor` of the last answer; nothing begins at the beginning.', example: '0-0', maxLength: 40 })
  after?: string;

  @LenientIntegerField({
    description: `How many, at most ${MOST_EVENTS}; default ${DEFAULT_EVENTS}.`,
    example: 100,
    min: 1,
    max: MOST_EVENTS,
  })
  limit?: number;
}

class EventActorView {
  @ApiProperty({ type: Number, nullable: true, description: 'Null for a visitor, the operator and filters.', example: 1 }) id!:
    number | null;
  @ApiProperty({ example: 'agent' }) role!: string;
}

class EventView {
  @ApiProperty({ example: 41 }) id!: number;
  @ApiProperty({ description: 'Give it as `after` to go on behind this event.', example: '7311-41' }) cursor!: string;
  @ApiProperty({ enum: EVENT_TYPES, example: 'ticket.created' }) type!: string;
  @ApiProperty() actor!: EventActorView;
  @ApiProperty({ type: Number, nullable: true, example: 1 }) ticket_id!: number | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The objects as they were presented at that time, by their names.',
    example: {},
  })
  data!: Record<string, unknown>;
}

class EventsAnswer {
  @ApiProperty({ type: [EventView] }) events!: EventView[];
  @ApiProperty({ description: 'Where the next call goes on; the one that was given when nothing is new.', example: '7311-41' })
  cursor!: string;
}

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(private readonly db: Database) {}

  @Get()
  @Authenticated({ scope: 'events:read', roles: ['admin'] })
  @ApiOperation({
    summary: 'Read the event log',
    description:
      'Everything that has happened, in the order of the transactions. A cursor once passed has nothing new behind it: walk it and you miss nothing.',
  })
  @ApiOkResponse({ type: EventsAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  async list(@CurrentActor() actor: Actor, @QueryInput() { after, limit = DEFAULT_EVENTS }: ListEventsQuery): Promise<JsonText> {
    const { events, cursor } = await readFeed(this.db, actor.companyId, after, limit);
    return new JsonText(`{"events":${events},"cursor":${JSON.stringify(cursor)}}`);
  }
}
