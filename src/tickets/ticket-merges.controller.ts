import { Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { IdField } from '../platform/http/fields.js';
import { ApiIdParam, IdParam, Input, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { TicketMerges } from './ticket-merges.js';
import { TicketAnswer } from './tickets.dto.js';

export class MergeDto {
  @IdField({ description: 'The ticket that goes on.', example: 2, required: true })
  into!: number;
}

const AGENTS = { scope: 'tickets:write', roles: ['admin', 'agent'] } as const;

@ApiTags('Tickets')
@Controller('tickets/:ticket_id/merge')
export class TicketMergesController {
  constructor(private readonly merges: TicketMerges) {}

  @Post()
  @HttpCode(200)
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket that goes into the other.')
  @Takes('merge', MergeDto)
  @ApiOperation({
    summary: 'Merge a ticket into another',
    description:
      'All messages move there, in the order of time, marked `merged`; requester and cc become cc there. The source stays in the archive with `merged_into`. It can be undone for a day.',
  })
  @ApiOkResponse({ type: TicketAnswer, description: 'The ticket that goes on.' })
  @ApiFailure(400, 404, 409)
  async mergeTicket(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('merge') { into }: MergeDto,
  ): Promise<JsonText> {
    return new JsonText(`{"ticket":${await this.merges.merge(actor, id, into)}}`);
  }

  @Delete()
  @HttpCode(204)
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket that went into the other.')
  @ApiOperation({ summary: 'Undo a merge', description: 'Within a day, and while the other ticket has not been merged itself.' })
  @ApiNoContentResponse({ description: 'Both tickets are as they were, with what has been said since.' })
  @ApiFailure(404, 409)
  unmergeTicket(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number): Promise<void> {
    return this.merges.undo(actor, id);
  }
}
