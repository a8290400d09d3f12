import { Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { PresenceAnswer, PresenceDto } from './presence.dto.js';
import { Presence } from './presence.service.js';

@ApiTags('Users')
@Controller()
export class PresenceController {
  constructor(private readonly presence: Presence) {}

  @Put('me/presence')
  @Authenticated({ scope: 'users:read' })
  @Takes('presence', PresenceDto)
  @ApiOperation({
    summary: 'Tell that you are here',
    description:
      'You count as online for 30 seconds from then; repeat it within that time. The page stays as it was when none is given.',
  })
  @ApiOkResponse({ type: PresenceAnswer, description: 'As it is now.' })
  @ApiFailure(400)
  async notePresence(@CurrentActor() actor: Actor, @Input('presence') input: PresenceDto): Promise<JsonText> {
    await this.presence.note(actor, actor.userId, input.current_url ?? null);
    return this.answer(actor, actor.userId);
  }

  @Get('users/:user_id/presence')
  @Authenticated({ scope: 'users:read' })
  @ApiIdParam('user_id', 'The person; customers see only themselves.')
  @ApiOperation({ summary: 'Show whether a person is online' })
  @ApiOkResponse({ type: PresenceAnswer, description: 'As it is now.' })
  @ApiFailure(404)
  showPresence(@CurrentActor() actor: Actor, @IdParam('user_id') id: number): Promise<JsonText> {
    return this.answer(actor, id);
  }

  private async answer(actor: Actor, id: number): Promise<JsonText> {
    return new JsonText(`{"presence":${await this.presence.show(actor, id)}}`);
  }
}
