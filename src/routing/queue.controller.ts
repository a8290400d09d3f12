import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { AGENTS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, QueryInput } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { longPage, LongPageQuery } from '../platform/http/page.dto.js';
import { QueueAnswer, QueuePlaceAnswer } from './queue-place.view.js';
import { TicketQueue } from './ticket-queue.service.js';

@ApiTags('Tickets')
@Controller()
export class QueueController {
  constructor(private readonly queue: TicketQueue) {}

  @Get('queue')
  @Authenticated({ scope: 'tickets:read', roles: AGENTS })
  @ApiOperation({
    summary: 'List the tickets that wait for a free agent',
    description: 'The setting `queue_active` lets them wait.',
  })
  @ApiOkResponse({ type: QueueAnswer, description: 'Who came first first.' })
  @ApiFailure(400)
  listQueue(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.queue.list(actor, longPage(query));
  }

  @Get('tickets/:ticket_id/queue')
  @Authenticated({ scope: 'tickets:read' })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'Show where a ticket stands in the queue' })
  @ApiOkResponse({ type: QueuePlaceAnswer, description: 'Its place, with nulls when it does not wait.' })
  @ApiFailure(404)
  async showQueuePlace(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number): Promise<JsonText> {
    return new JsonText(`{"queue_place":${await this.queue.show(actor, id)}}`);
  }
}
