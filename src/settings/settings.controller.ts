import { Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIfMatch, IfMatch, type Precondition } from '../platform/http/if-match.js';
import { Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { givenBy, SettingsAnswer, SettingsQuery, UpdateSettingsDto } from './settings.dto.js';
import { Settings } from './settings.service.js';

@ApiTags('Settings')
@Controller('settings')
export class SettingsController {
  constructor(private readonly settings: Settings) {}

  @Get()
  @Authenticated({ scope: 'settings:read', roles: ADMINS })
  @ApiOperation({ summary: 'Show the settings' })
  @ApiOkResponse({ type: SettingsAnswer, description: 'All of them, with their defaults.' })
  @ApiFailure(400)
  async show(@CurrentActor() actor: Actor, @QueryInput() { with_secrets: withSecrets }: SettingsQuery): Promise<JsonText> {
    return new JsonText(`{"settings":${await this.settings.show(actor, withSecrets)}}`);
  }

  @Put()
  @Authenticated({ scope: 'settings:write', roles: ADMINS })
  @ApiIfMatch()
  @Takes('settings', UpdateSettingsDto)
  @ApiOperation({
    summary: 'Change settings',
    description:
      'What is not given stays. A secret that comes back as its mask stays too. The settings of webhooks make, change and remove one ' +
      'webhook of the format `support_board`.',
  })
  @ApiOkResponse({ type: SettingsAnswer, description: 'The settings as they are now.' })
  @ApiFailure(400, 412)
  async update(
    @CurrentActor() actor: Actor,
    @Input('settings') input: UpdateSettingsDto,
    @IfMatch() precondition: Precondition,
  ): Promise<JsonText> {
    return new JsonText(`{"settings":${await this.settings.change(actor, givenBy({ ...input }), { precondition })}}`);
  }
}
