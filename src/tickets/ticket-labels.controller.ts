import { Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIfMatch, IfMatch, type Precondition } from '../platform/http/if-match.js';
import { ApiIdParam, IdParam } from '../platform/http/input.js';
import { TicketLabels } from './ticket-labels.js';

class LabelOfTicketView {
  @ApiProperty({ example: 2 }) id!: number;
  @ApiProperty({ description: 'Its name.', example: 'important' }) label!: string;
  @ApiProperty({ description: 'The id of the ticket.', example: 1 }) ticket!: number;
}

class LabelOfTicketAnswer {
  @ApiProperty() label!: LabelOfTicketView;
}

const AGENTS = { scope: 'tickets:write', roles: ['admin', 'agent'] } as const;
const NAME = {
  name: 'label_name',
  description: 'The name of the label, URL-encoded; case does not matter.',
  schema: { type: 'string', example: 'important' },
} as const;

@ApiTags('Labels')
@Controller('tickets/:ticket_id/labels/:label_name')
export class TicketLabelsController {
  constructor(private readonly labels: TicketLabels) {}

  @Post()
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiParam(NAME)
  @ApiOperation({
    summary: 'Put a label on a ticket',
    description: 'The label must exist. Doing it twice is harmless. No body is needed.',
  })
  @ApiCreatedResponse({ type: LabelOfTicketAnswer, description: 'The label on the ticket.' })
  @ApiFailure(404)
  async add(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Param('label_name') name: string,
  ): Promise<LabelOfTicketAnswer> {
    return { label: await this.labels.add(actor, id, name) };
  }

  @Delete()
  @HttpCode(204)
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiParam(NAME)
  @ApiOperation({ summary: 'Take a label off a ticket' })
  @ApiIfMatch()
  @ApiNoContentResponse({ description: 'Done.' })
  @ApiFailure(404, 412)
  remove(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Param('label_name') name: string,
    @IfMatch() ifMatch: Precondition,
  ): Promise<void> {
    return this.labels.remove(actor, id, name, ifMatch);
  }
}
