import { applyDecorators, Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { AGENTS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { QueryInput } from '../platform/http/input.js';
import type { JsonText } from '../platform/http/json-text.js';
import { EventLog } from './event-log.service.js';
import { EventStreams, MOST_OF_TOKEN } from './event-streams.js';
import { DEFAULT_EVENTS, eventFilter, EventsAnswer, ListEventsQuery, StreamEventsQuery } from './events.dto.js';

const WHO_SEES_WHAT =
  'Admins are shown everything. Agents are shown what they may see elsewhere too: the events of tickets that are visible to them now, those ' +
  'of labels, teams, snippets, people and the like, and of uploads and sign-ins their own; never those of the company, its tokens and its ' +
  'web hooks.';

const FRAMING =
  'An event is `id: CURSOR`, `event: TYPE` and `data: EVENT`, the same object as in `GET /events` on one line, and a blank line. The first ' +
  'lines tell when to come back (`retry: 2000`) and where the stream begins (`id` without data, which is no event). Every 15 seconds comes ' +
  'a comment, with the `id` of the last event looked at when that has passed the one told before.';

/** An answer that does not end by itself; `x-streams` tells programs that read this document. */
const Streams = () =>
  applyDecorators(
    ApiExtension('x-streams', true),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: 'The `id` of the last event that the client has; browsers send it when they come back.',
      example: '7311-41',
      schema: { type: 'string' },
    }),
    ApiOkResponse({ description: FRAMING, content: { 'text/event-stream': { schema: { type: 'string' } } } }),
  );

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(
    private readonly log: EventLog,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Authenticated({ scope: 'events:read', roles: AGENTS })
  @ApiOperation({
    summary: 'Read the event log',
    description:
      'What has happened, in the order of the transactions. A cursor once passed has nothing new behind it: walk it while `has_more`, and you ' +
      `miss nothing. ${WHO_SEES_WHAT}`,
  })
  @ApiOkResponse({ type: EventsAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(
    @CurrentActor() actor: Actor,
    @QueryInput() { after, limit = DEFAULT_EVENTS, ...query }: ListEventsQuery,
  ): Promise<JsonText> {
    return this.log.page(actor, eventFilter(query), { after, limit });
  }

  @Get('stream')
  @Authenticated({ scope: 'events:read', roles: AGENTS })
  @ApiOperation({
    summary: 'Follow the event log as it grows',
    description:
      'The live form of the event log, as Server-Sent Events: each event once and in order, also over reconnections with `Last-Event-ID`. It ends when ' +
      `the token ends or its rights change; come back then. In one process of the desk a token may have ${MOST_OF_TOKEN} streams open. ${WHO_SEES_WHAT}`,
  })
  @Streams()
  @ApiFailure(400, 503)
  async streamEvents(
    @CurrentActor() actor: Actor,
    @QueryInput() { after, ...query }: StreamEventsQuery,
    @Req() req: Request,
    @Res() res: Response,
  ): Promise<void> {
    await this.streams.begin(actor, eventFilter(query), after, req, res);
  }
}
