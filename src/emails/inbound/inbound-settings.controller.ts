import { Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { ADMINS, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { IntegerField, TextListField } from '../../platform/http/fields.js';
import { Input, Takes } from '../../platform/http/input.js';
import { JsonText } from '../../platform/http/json-text.js';
import { InboundSettings } from './inbound-settings.service.js';
import { InboundMailSettingsView } from './inbound-settings.view.js';

const MOST_BLOCKED = 1000;
const MOST_SERVERS = 20;
const MOST_DAYS = 3650;

export class UpdateInboundMailSettingsDto {
  @TextListField({
    description:
      'Whose mail is refused: addresses, and whole domains as `@example.com`; a list or comma separated. All are replaced, an empty list blocks nobody.',
    example: ['spammer@example.com', '@spam.example'],
    maxItems: MOST_BLOCKED,
  })
  blocked_senders?: string[];

  @TextListField({
    description:
      'The mail servers that you trust to have checked who wrote a mail, by the name that they give themselves at the beginning of `Authentication-Results`; ' +
      'a list or comma separated. All are replaced.',
    example: ['mx.example.com'],
    maxItems: MOST_SERVERS,
  })
  trusted_servers?: string[];

  @IntegerField({
    description:
      'How many days a mail is kept as it came, so that it can be downloaded and looked at again. One that could not be read stays a year.',
    example: 90,
    min: 1,
    max: MOST_DAYS,
  })
  kept_days?: number;
}

export class InboundMailSettingsAnswer {
  @ApiProperty() inbound_mail_settings!: InboundMailSettingsView;
}

@ApiTags('Incoming mail')
@Controller('inbound_mail_settings')
export class InboundSettingsController {
  constructor(private readonly settings: InboundSettings) {}

  @Get()
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @ApiOperation({ summary: 'Show how incoming mail is treated' })
  @ApiOkResponse({ type: InboundMailSettingsAnswer, description: 'The settings of the company.' })
  async show(@CurrentActor() actor: Actor): Promise<JsonText> {
    return new JsonText(`{"inbound_mail_settings":${await this.settings.show(actor)}}`);
  }

  @Put()
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @Takes('inbound_mail_settings', UpdateInboundMailSettingsDto)
  @ApiOperation({ summary: 'Say how incoming mail is to be treated', description: 'What is not given stays.' })
  @ApiOkResponse({ type: InboundMailSettingsAnswer, description: 'The settings as they are now.' })
  @ApiFailure(400)
  async update(
    @CurrentActor() actor: Actor,
    @Input('inbound_mail_settings')
    { blocked_senders: blockedSenders, trusted_servers: authservIds, kept_days: keptDays }: UpdateInboundMailSettingsDto,
  ): Promise<JsonText> {
    const view = await this.settings.update(actor, { blockedSenders, authservIds, keptDays });
    return new JsonText(`{"inbound_mail_settings":${view}}`);
  }
}
