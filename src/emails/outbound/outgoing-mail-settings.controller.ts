import { Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { ADMINS, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { IntegerField, TextField } from '../../platform/http/fields.js';
import { Input, Takes } from '../../platform/http/input.js';
import { JsonText } from '../../platform/http/json-text.js';
import { OutgoingMailSettings } from './outgoing-mail-settings.service.js';

const MOST_QUOTED = 20;

export class UpdateOutgoingMailSettingsDto {
  @TextField({
    description:
      'Stands above everything in mails that can be answered, so that answers are told from what they quote; null for none.',
    maxLength: 200,
    nullable: true,
    example: '-- Please write your answer above this line --',
  })
  reply_line?: string | null;

  @IntegerField({ description: 'How many earlier messages a reply quotes.', example: 5, min: 0, max: MOST_QUOTED })
  quoted_messages?: number;
}

class OutgoingMailSettingsView {
  @ApiProperty({ type: String, nullable: true, example: '-- Please write your answer above this line --' })
  reply_line!: string | null;
  @ApiProperty({ example: 5 }) quoted_messages!: number;
}

class OutgoingMailSettingsAnswer {
  @ApiProperty() outgoing_mail_settings!: OutgoingMailSettingsView;
}

@ApiTags('Outgoing mail')
@Controller('outgoing_mail_settings')
export class OutgoingMailSettingsController {
  constructor(private readonly settings: OutgoingMailSettings) {}

  @Get()
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @ApiOperation({ summary: 'Show what all mails of the company have in common' })
  @ApiOkResponse({ type: OutgoingMailSettingsAnswer, description: 'The settings of the company.' })
  async show(@CurrentActor() actor: Actor): Promise<JsonText> {
    return new JsonText(`{"outgoing_mail_settings":${await this.settings.show(actor)}}`);
  }

  @Put()
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @Takes('outgoing_mail_settings', UpdateOutgoingMailSettingsDto)
  @ApiOperation({ summary: 'Say what all mails of the company shall have in common', description: 'What is not given stays.' })
  @ApiOkResponse({ type: OutgoingMailSettingsAnswer, description: 'The settings as they are now.' })
  @ApiFailure(400)
  async update(
    @CurrentActor() actor: Actor,
    @Input('outgoing_mail_settings') { reply_line: replyLine, quoted_messages: quotedMessages }: UpdateOutgoingMailSettingsDto,
  ): Promise<JsonText> {
    return new JsonText(`{"outgoing_mail_settings":${await this.settings.update(actor, { replyLine, quotedMessages })}}`);
  }
}
