import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { ADMINS, AGENTS, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { TextField } from '../../platform/http/fields.js';
import { Input, Takes } from '../../platform/http/input.js';
import { JsonText } from '../../platform/http/json-text.js';
import { EmailTemplateView } from './email-template.view.js';
import { EmailTemplates } from './email-templates.service.js';
import { TEMPLATE_KINDS } from './mail-kinds.js';
import { MERGE_FIELDS } from './merge-fields.js';

const LONGEST = 5000;

const FIELDS = Object.entries(MERGE_FIELDS)
  .map(([name, meaning]) => `* \`{{${name}}}\`: ${meaning}`)
  .join('\n');

const DESCRIPTION = `What is not given stays, and null goes back to what the desk has. Texts may name:\n\n${FIELDS}`;

export class UpdateEmailTemplateDto {
  @TextField({ description: 'On one line.', nullable: true, example: 'Re: {{ticket.subject}}' })
  subject?: string | null;

  @TextField({ description: 'Above what was written.', maxLength: LONGEST, nullable: true, example: 'Dear {{recipient.name}},' })
  header?: string | null;

  @TextField({
    description: 'What mails say that nobody has written, such as receipts.',
    maxLength: LONGEST,
    nullable: true,
    example: 'We have received your request.',
  })
  body?: string | null;

  @TextField({ description: 'Below what was written.', maxLength: LONGEST, nullable: true, example: 'Yours, {{agent.name}}' })
  footer?: string | null;
}

class EmailTemplateAnswer {
  @ApiProperty() email_template!: EmailTemplateView;
}

class EmailTemplatesAnswer {
  @ApiProperty({ type: [EmailTemplateView] }) email_templates!: EmailTemplateView[];
}

const ApiKind = () =>
  ApiParam({
    name: 'email_kind',
    description: 'Of which mails; all notifications share one.',
    schema: { type: 'string', enum: [...TEMPLATE_KINDS], example: 'reply' },
  });

const answer = (view: string) => new JsonText(`{"email_template":${view}}`);

@ApiTags('Outgoing mail')
@Controller('email_templates')
export class EmailTemplatesController {
  constructor(private readonly templates: EmailTemplates) {}

  @Get()
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @ApiOperation({ summary: 'List how the mails of the company look' })
  @ApiOkResponse({ type: EmailTemplatesAnswer, description: 'One of each kind.' })
  async list(@CurrentActor() actor: Actor): Promise<JsonText> {
    return new JsonText(`{"email_templates":${await this.templates.list(actor)}}`);
  }

  @Get(':email_kind')
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @ApiKind()
  @ApiOperation({ summary: 'Show how mails of a kind look' })
  @ApiOkResponse({ type: EmailTemplateAnswer, description: 'The template.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @Param('email_kind') kind: string): Promise<JsonText> {
    return answer(await this.templates.show(actor, kind));
  }

  @Put(':email_kind')
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @Takes('email_template', UpdateEmailTemplateDto)
  @ApiKind()
  @ApiOperation({ summary: 'Say how mails of a kind shall look', description: DESCRIPTION })
  @ApiOkResponse({ type: EmailTemplateAnswer, description: 'The template as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @Param('email_kind') kind: string,
    @Input('email_template') change: UpdateEmailTemplateDto,
  ): Promise<JsonText> {
    return answer(await this.templates.update(actor, kind, change));
  }

  @Delete(':email_kind')
  @HttpCode(204)
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @ApiKind()
  @ApiOperation({ summary: 'Go back to how the desk has mails of a kind', description: 'Doing it twice is harmless.' })
  @ApiNoContentResponse({ description: 'Done.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @Param('email_kind') kind: string): Promise<void> {
    await this.templates.remove(actor, kind);
  }
}

/** How an agent's own replies look; what he has not set is as his company has it. */
@ApiTags('Outgoing mail')
@Controller('me/email_template')
export class MyEmailTemplateController {
  constructor(private readonly templates: EmailTemplates) {}

  @Get()
  @Authenticated({ scope: 'emails:read', roles: AGENTS })
  @ApiOperation({ summary: 'Show how the mails of your replies look' })
  @ApiOkResponse({ type: EmailTemplateAnswer, description: 'What you have set yourself.' })
  async showMine(@CurrentActor() actor: Actor): Promise<JsonText> {
    return answer(await this.templates.show(actor, 'reply', actor.userId));
  }

  @Put()
  @Authenticated({ scope: 'emails:write', roles: AGENTS })
  @Takes('email_template', UpdateEmailTemplateDto)
  @ApiOperation({ summary: 'Say how the mails of your replies shall look', description: DESCRIPTION })
  @ApiOkResponse({ type: EmailTemplateAnswer, description: 'What you have set yourself.' })
  @ApiFailure(400)
  async updateMine(@CurrentActor() actor: Actor, @Input('email_template') change: UpdateEmailTemplateDto): Promise<JsonText> {
    return answer(await this.templates.update(actor, 'reply', change, actor.userId));
  }
}
