import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import {
  CreateWebHookDto,
  RotateSecretDto,
  UpdateWebHookDto,
  WebHookAnswer,
  WebHooksAnswer,
  WebHookWithSecretAnswer,
} from './web-hooks.dto.js';
import { WebHooks, type WebHookChange, type WebHookWithSecret } from './web-hooks.service.js';

@ApiTags('Webhooks')
@Controller('web_hooks')
export class WebHooksController {
  constructor(private readonly webHooks: WebHooks) {}

  @Get()
  @Authenticated({ scope: 'web_hooks:read', roles: ADMINS })
  @ApiOperation({ summary: 'List webhooks' })
  @ApiOkResponse({ type: WebHooksAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.webHooks.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'web_hooks:write', roles: ADMINS })
  @Takes('web_hook', CreateWebHookDto)
  @ApiOperation({
    summary: 'Add a webhook',
    description:
      'From now on events are posted to its address, each at least once and those of one ticket mostly in their order. ' +
      'Keep the `secret`: it is what the signatures are made with, and it is not shown again. A company has at most 100.',
  })
  @ApiCreatedResponse({ type: WebHookWithSecretAnswer, description: 'The new webhook, with its secret.' })
  @ApiFailure(400, 409)
  async create(@CurrentActor() actor: Actor, @Input('web_hook') input: CreateWebHookDto): Promise<JsonText> {
    return answerOf(await this.webHooks.create(actor, { ...changeOf(input), url: input.url, secret: input.secret }));
  }

  @Get(':web_hook_id')
  @Authenticated({ scope: 'web_hooks:read', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @ApiOperation({ summary: 'Show a webhook' })
  @ApiOkResponse({ type: WebHookAnswer, description: 'The webhook.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('web_hook_id') id: number): Promise<JsonText> {
    return new JsonText(`{"web_hook":${await this.webHooks.show(actor, id)}}`);
  }

  @Put(':web_hook_id')
  @Authenticated({ scope: 'web_hooks:write', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @Takes('web_hook', UpdateWebHookDto)
  @ApiOperation({
    summary: 'Change a webhook',
    description:
      'Fields that are not given stay. What is delivered from now on is delivered as it says now, also of earlier events.',
  })
  @ApiOkResponse({ type: WebHookAnswer, description: 'The webhook as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('web_hook_id') id: number,
    @Input('web_hook') input: UpdateWebHookDto,
  ): Promise<JsonText> {
    return new JsonText(`{"web_hook":${await this.webHooks.update(actor, id, changeOf(input))}}`);
  }

  @Delete(':web_hook_id')
  @HttpCode(204)
  @Authenticated({ scope: 'web_hooks:write', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @ApiOperation({
    summary: 'Delete a webhook',
    description: 'With all its deliveries; those that have not been made yet are not made.',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('web_hook_id') id: number): Promise<void> {
    await this.webHooks.remove(actor, id);
  }

  @Post(':web_hook_id/secret')
  @Authenticated({ scope: 'web_hooks:write', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @Takes('web_hook', RotateSecretDto)
  @ApiOperation({
    summary: 'Change the secret of a webhook',
    description: 'Messages are signed with the new one and, for 24 hours, with the one before it too.',
  })
  @ApiCreatedResponse({ type: WebHookWithSecretAnswer, description: 'The webhook, with its new secret.' })
  @ApiFailure(400, 404)
  async rotateWebHookSecret(
    @CurrentActor() actor: Actor,
    @IdParam('web_hook_id') id: number,
    @Input('web_hook') input: RotateSecretDto,
  ): Promise<JsonText> {
    return answerOf(await this.webHooks.rotateSecret(actor, id, input.secret));
  }
}

function changeOf(input: UpdateWebHookDto): WebHookChange {
  const { url, events, format, spelling, headers, enabled, team_ids: teamIds, label_ids: labelIds } = input;
  return { url, events, format, spelling, headers, enabled, teamIds, labelIds };
}

function answerOf({ view, secret }: WebHookWithSecret): JsonText {
  return new JsonText(`{"web_hook":${view.slice(0, -1)},"secret":${JSON.stringify(secret)}}}`);
}
