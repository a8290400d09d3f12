import { Controller, Get, HttpCode, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { ShortUserView } from '../users/user.view.js';
import { TypingOnTickets } from './typing.service.js';

class TypingAnswer {
  @ApiProperty({ type: [ShortUserView] }) users!: ShortUserView[];
}

@ApiTags('Tickets')
@Controller('tickets/:ticket_id/typing')
export class TypingController {
  constructor(private readonly typing: TypingOnTickets) {}

  @Put()
  @HttpCode(204)
  @Authenticated({ scope: 'tickets:write' })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'Tell that you are typing', description: 'It holds for 10 seconds. No body is needed.' })
  @ApiNoContentResponse({ description: 'Noted.' })
  @ApiFailure(404)
  noteTyping(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number): Promise<void> {
    return this.typing.note(actor, id, actor.userId);
  }

  @Get()
  @Authenticated({ scope: 'tickets:read' })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'List who is typing on a ticket' })
  @ApiOkResponse({ type: TypingAnswer, description: 'Who typed last first.' })
  @ApiFailure(404)
  async listTyping(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number): Promise<JsonText> {
    return new JsonText(`{"users":${await this.typing.list(actor, id)}}`);
  }
}
