import { Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, QueryInput } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import {
  DELIVERIES_PER_PAGE,
  DeliveriesAnswer,
  DeliveryAnswer,
  DeliveryWithAttemptsAnswer,
  ListDeliveriesQuery,
} from './deliveries.dto.js';
import { Deliveries } from './deliveries.service.js';

@ApiTags('Webhooks')
@Controller('web_hooks/:web_hook_id')
export class DeliveriesController {
  constructor(private readonly deliveries: Deliveries) {}

  @Post('test')
  @Authenticated({ scope: 'web_hooks:write', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @ApiOperation({
    summary: 'Test a webhook',
    description: 'Sends it `web_hook.tested`, whatever events it wants. Look at the delivery to see what came of it.',
  })
  @ApiCreatedResponse({ type: DeliveryAnswer, description: 'The delivery of the test.' })
  @ApiFailure(404, 409)
  async testWebHook(@CurrentActor() actor: Actor, @IdParam('web_hook_id') webHookId: number): Promise<JsonText> {
    return new JsonText(`{"delivery":${await this.deliveries.test(actor, webHookId)}}`);
  }

  @Get('deliveries')
  @Authenticated({ scope: 'web_hooks:read', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @ApiOperation({
    summary: 'List the deliveries of a webhook',
    description:
      'What it is to be told, and what it has been told in the last 30 days. There may be millions: walk them by `next_cursor`; they are not counted.',
  })
  @ApiOkResponse({ type: DeliveriesAnswer, description: 'Newest first.' })
  @ApiFailure(400, 404)
  list(
    @CurrentActor() actor: Actor,
    @IdParam('web_hook_id') webHookId: number,
    @QueryInput() { state, per_page: perPage = DELIVERIES_PER_PAGE, cursor }: ListDeliveriesQuery,
  ): Promise<JsonText> {
    return this.deliveries.list(actor, webHookId, { state, perPage, cursor });
  }

  @Get('deliveries/:delivery_id')
  @Authenticated({ scope: 'web_hooks:read', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @ApiIdParam('delivery_id', 'The delivery.')
  @ApiOperation({
    summary: 'Show a delivery of a webhook',
    description: 'With every attempt that was made, and what was answered.',
  })
  @ApiOkResponse({ type: DeliveryWithAttemptsAnswer, description: 'The delivery.' })
  @ApiFailure(404)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('web_hook_id') webHookId: number,
    @IdParam('delivery_id') id: number,
  ): Promise<JsonText> {
    return new JsonText(`{"delivery":${await this.deliveries.show(actor, webHookId, id)}}`);
  }

  @Post('deliveries/:delivery_id/replay')
  @Authenticated({ scope: 'web_hooks:write', roles: ADMINS })
  @ApiIdParam('web_hook_id', 'The webhook.')
  @ApiIdParam('delivery_id', 'The delivery.')
  @ApiOperation({
    summary: 'Make a delivery again',
    description:
      'At once, whatever came of it before, and with a full set of attempts; the message and its id stay the same. One that waits waits no longer.',
  })
  @ApiCreatedResponse({ type: DeliveryAnswer, description: 'The delivery as it is now.' })
  @ApiFailure(404, 409)
  async replay(
    @CurrentActor() actor: Actor,
    @IdParam('web_hook_id') webHookId: number,
    @IdParam('delivery_id') id: number,
  ): Promise<JsonText> {
    return new JsonText(`{"delivery":${await this.deliveries.replay(actor, webHookId, id)}}`);
  }
}
