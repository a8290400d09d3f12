import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { STAFF, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { ApiIdParam, IdParam } from '../../platform/http/input.js';
import { JsonText } from '../../platform/http/json-text.js';
import { WholeMessages } from './whole-messages.service.js';

class WholeContentView {
  @ApiProperty({ example: 'Water did it.\n\n> Have you tried water?' }) text!: string;
  @ApiProperty({ description: 'Cleaned as all html is; empty when there is none.', example: '' }) html!: string;
  @ApiProperty({ description: 'Whether the reply is shown without a part of it.', example: true }) is_shortened!: boolean;
}

class WholeContentAnswer {
  @ApiProperty() content!: WholeContentView;
}

@ApiTags('Incoming mail')
@Controller('tickets/:ticket_id/replies/:reply_id/whole')
export class WholeMessagesController {
  constructor(private readonly messages: WholeMessages) {}

  @Get()
  @Authenticated({ scope: 'tickets:read', roles: STAFF })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiIdParam('reply_id', 'The reply.')
  @ApiOperation({
    summary: 'Show a mailed reply with what it quotes',
    description: 'Replies are shown without what their writers quote.',
  })
  @ApiOkResponse({ type: WholeContentAnswer, description: 'All that the mail said.' })
  @ApiFailure(404)
  async showWholeReply(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') ticketId: number,
    @IdParam('reply_id') id: number,
  ): Promise<JsonText> {
    return new JsonText(`{"content":${await this.messages.show(actor, ticketId, id)}}`);
  }
}
