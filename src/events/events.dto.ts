import { ApiProperty } from '@nestjs/swagger';
import { EVENT_TYPES } from '../platform/events/catalogue.js';
import { MOST_LOOKED_AT } from '../platform/events/feed.js';
import { DateField, IdField, LenientIntegerField, TextField, TextListField } from '../platform/http/fields.js';
import type { EventFilter } from './event-selection.js';

export const MOST_EVENTS = 1000;
export const DEFAULT_EVENTS = 100;

const MOST_CURSOR = 40;

class EventFilterQuery {
  @TextListField({
    description:
      'Only these, comma separated or as a list; `*` in a name stands for any letters, as in `ticket.*` or `*.created`.',
    example: ['ticket.*', 'label.created'],
  })
  types?: string[];

  @IdField({ description: 'Only those of this ticket.', example: 1 })
  ticket_id?: number;

  @IdField({ description: 'Only what this person did.', example: 1 })
  actor_id?: number;

  @DateField({ description: 'Only those that happened at this moment or later.', example: '2012-01-18T15:17:33Z' })
  since?: Date;

  @DateField({ description: 'Only those that happened before this moment.', example: '2112-01-18T15:17:33Z' })
  until?: Date;
}

export class ListEventsQuery extends EventFilterQuery {
  @TextField({
    description:
      'The `cursor` of the last answer; nothing begins at the beginning. `now` (or `latest`) answers no events but the cursor of the present.',
    example: '0-0',
    maxLength: MOST_CURSOR,
  })
  after?: string;

  @LenientIntegerField({
    description: `How many, at most ${MOST_EVENTS}; default ${DEFAULT_EVENTS}.`,
    example: 100,
    min: 1,
    max: MOST_EVENTS,
  })
  limit?: number;
}

export class StreamEventsQuery extends EventFilterQuery {
  @TextField({
    description: 'Begins behind this cursor; without it at the present. `Last-Event-ID` goes before it.',
    example: '0-0',
    maxLength: MOST_CURSOR,
  })
  after?: string;
}

export function eventFilter({ types, ticket_id, actor_id, since, until }: EventFilterQuery): EventFilter {
  return { types, ticketId: ticket_id, actorId: actor_id, since, until };
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
  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Counts the events of the ticket from 1, without a gap; null without a ticket.',
    example: 1,
  })
  ticket_sequence!: number | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The objects as they were presented at that time, by their names.',
    example: {},
  })
  data!: Record<string, unknown>;
}

export class EventsAnswer {
  @ApiProperty({ type: [EventView] }) events!: EventView[];
  @ApiProperty({
    description: 'Where the next call goes on: behind the last event looked at. The one that was given when nothing is new.',
    example: '7311-41',
  })
  cursor!: string;
  @ApiProperty({
    description: `Whether there is more behind the cursor. A call looks at ${MOST_LOOKED_AT} events at most, so that a page may be empty and have more all the same.`,
    example: false,
  })
  has_more!: boolean;
}
