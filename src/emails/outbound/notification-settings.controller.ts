import { Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { STAFF, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { BooleanField } from '../../platform/http/fields.js';
import { Input, Takes } from '../../platform/http/input.js';
import { JsonText } from '../../platform/http/json-text.js';
import { NotificationSettingsService } from './notification-settings.service.js';
import { NotificationSettingsView } from './notification-settings.view.js';

export class UpdateNotificationSettingsDto {
  @BooleanField({ description: 'Of tickets that are given to you.', example: false })
  assignment?: boolean;

  @BooleanField({ description: 'Of tickets that are given to a team of yours.', example: false })
  team_assignment?: boolean;

  @BooleanField({ description: 'Of answers of customers on tickets that you have, or a team of yours.', example: true })
  customer_reply?: boolean;

  @BooleanField({ description: 'Of comments that call you.', example: true })
  mention?: boolean;
}

export class NotificationSettingsAnswer {
  @ApiProperty() notification_settings!: NotificationSettingsView;
}

@ApiTags('Users')
@Controller('me/notification_settings')
export class NotificationSettingsController {
  constructor(private readonly settings: NotificationSettingsService) {}

  @Get()
  @Authenticated({ scope: 'users:read', roles: STAFF })
  @ApiOperation({ summary: 'Show of what you are told by mail' })
  @ApiOkResponse({ type: NotificationSettingsAnswer, description: 'Your settings.' })
  async show(@CurrentActor() actor: Actor): Promise<JsonText> {
    return new JsonText(`{"notification_settings":${await this.settings.show(actor)}}`);
  }

  @Put()
  @Authenticated({ scope: 'users:write', roles: STAFF })
  @Takes('notification_settings', UpdateNotificationSettingsDto)
  @ApiOperation({ summary: 'Say of what you want to be told by mail', description: 'What is not given stays.' })
  @ApiOkResponse({ type: NotificationSettingsAnswer, description: 'Your settings as they are now.' })
  @ApiFailure(400)
  async update(
    @CurrentActor() actor: Actor,
    @Input('notification_settings') input: UpdateNotificationSettingsDto,
  ): Promise<JsonText> {
    return new JsonText(`{"notification_settings":${await this.settings.update(actor, input)}}`);
  }
}
