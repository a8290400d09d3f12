import { Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { ReplayAnswer, ReplayDto } from './replays.dto.js';
import { WebHookReplays } from './replays.service.js';

@ApiTags('Webhooks')
@Controller('web_hooks/:web_hook_id')
export class ReplaysController {
  constructor(private readonly replays: WebHookReplays) {}

  @Post('replay')
  @Authenticated({ scope: 'web_hooks:write', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @Takes('replay', ReplayDto)
  @ApiOperation({
    summary: 'Deliver all events behind a cursor again',
    description:
      'Those that the webhook wants as it is set now, up to the moment of the call, whatever came of them before; message ids stay the same, so that ' +
      'receivers can tell what they have had. It is carried out little by little, one replay of a webhook at a time.',
  })
  @ApiCreatedResponse({ type: ReplayAnswer, description: 'The replay, which has just begun.' })
  @ApiFailure(400, 404, 409)
  async beginWebHookReplay(
    @CurrentActor() actor: Actor,
    @IdParam('web_hook_id') webHookId: number,
    @Input('replay') input: ReplayDto,
  ): Promise<JsonText> {
    return new JsonText(`{"replay":${await this.replays.begin(actor, webHookId, input.after)}}`);
  }

  @Get('replays/:replay_id')
  @Authenticated({ scope: 'web_hooks:read', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @ApiIdParam('replay_id', 'The replay.')
  @ApiOperation({ summary: 'Show how far a replay is' })
  @ApiOkResponse({ type: ReplayAnswer, description: 'The replay.' })
  @ApiFailure(404)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('web_hook_id') webHookId: number,
    @IdParam('replay_id') id: number,
  ): Promise<JsonText> {
    return new JsonText(`{"replay":${await this.replays.show(actor, webHookId, id)}}`);
  }
}
