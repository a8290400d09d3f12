import { applyDecorators, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { ADMINS, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { sendFile } from '../../attachments/send-file.js';
import { isMail, MAIL_TYPE } from '../../platform/http/body.js';
import { ApiIdParam, IdParam, QueryInput, readInput, Takes, unwrapped } from '../../platform/http/input.js';
import { JsonText } from '../../platform/http/json-text.js';
import {
  ExplainedInboundEmailAnswer,
  INBOUND_EMAILS_PER_PAGE,
  InboundDecisionAnswer,
  InboundEmailAnswer,
  InboundEmailsAnswer,
  InboundEnvelopeQuery,
  ListInboundEmailsQuery,
  RawMailDto,
} from './inbound-emails.dto.js';
import { presentDecision } from './inbound-email.view.js';
import { InboundEmails, type HandedMail } from './inbound-emails.service.js';

const ApiSource = () =>
  applyDecorators(
    ApiOkResponse({
      description: 'The mail, byte for byte as it came.',
      content: { [MAIL_TYPE]: { schema: { type: 'string', format: 'binary' } } },
    }),
    ApiResponse({
      status: 206,
      description: 'The part that the `Range` header asks for.',
      content: { [MAIL_TYPE]: { schema: { type: 'string', format: 'binary' } } },
    }),
    ApiResponse({ status: 304, description: 'The client has it already.' }),
  );

@ApiTags('Incoming mail')
@Controller('inbound_emails')
export class InboundEmailsController {
  constructor(private readonly emails: InboundEmails) {}

  @Get()
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @ApiOperation({
    summary: 'List incoming mails',
    description: 'There may be millions: walk them by `next_cursor`; they are not counted.',
  })
  @ApiOkResponse({ type: InboundEmailsAnswer, description: 'Newest first.' })
  @ApiFailure(400)
  list(
    @CurrentActor() actor: Actor,
    @QueryInput() { state, per_page: perPage = INBOUND_EMAILS_PER_PAGE, cursor }: ListInboundEmailsQuery,
  ): Promise<JsonText> {
    return this.emails.list(actor, { state, perPage, cursor });
  }

  @Post()
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @Takes('inbound_email', RawMailDto)
  @ApiConsumes('application/json', MAIL_TYPE)
  @ApiOperation({
    summary: 'Hand over a mail',
    description:
      'For pipes and mail providers: whatever has a mail sends it here, best as it is, as `message/rfc822` and at most 40 MB. When this is answered ' +
      'the mail is safe; soon after it has become a ticket, a reply or whatever it is, as its `state` tells. The same mail sent twice becomes ' +
      'something once. An `Idempotency-Key` means nothing for `message/rfc822`.',
  })
  @ApiCreatedResponse({ type: InboundEmailAnswer, description: 'The mail, at which nobody has looked yet.' })
  @ApiFailure(400, 413)
  async create(@CurrentActor() actor: Actor, @QueryInput() query: InboundEnvelopeQuery, @Req() req: Request): Promise<JsonText> {
    return new JsonText(`{"inbound_email":${await this.emails.receive(actor, await handed(query, req))}}`);
  }

  @Post('dry_run')
  @HttpCode(200)
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @Takes('dry_run', RawMailDto)
  @ApiConsumes('application/json', MAIL_TYPE)
  @ApiOperation({
    summary: 'Try what a mail would become',
    description:
      'Tells what would become of it, and why, step by step; nothing is kept or changed. The body is as in `POST /inbound_emails`.',
  })
  @ApiOkResponse({ type: InboundDecisionAnswer, description: 'What would become of it.' })
  @ApiFailure(400, 413)
  async tryMail(
    @CurrentActor() actor: Actor,
    @QueryInput() query: InboundEnvelopeQuery,
    @Req() req: Request,
  ): Promise<InboundDecisionAnswer> {
    return { decision: presentDecision(await this.emails.dryRun(actor, await handed(query, req, 'dry_run'))) };
  }

  @Get(':inbound_email_id')
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @ApiIdParam('inbound_email_id', 'The mail.')
  @ApiOperation({ summary: 'Show an incoming mail', description: 'With what has become of it and why, step by step.' })
  @ApiOkResponse({ type: ExplainedInboundEmailAnswer, description: 'The mail.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('inbound_email_id') id: number): Promise<JsonText> {
    return new JsonText(`{"inbound_email":${await this.emails.show(actor, id)}}`);
  }

  @Get(':inbound_email_id/raw')
  @Authenticated({ scope: 'emails:read', roles: ADMINS })
  @ApiIdParam('inbound_email_id', 'The mail.')
  @ApiOperation({
    summary: 'Download an incoming mail',
    description: 'As it came, as long as it is kept. HEAD works too, and so does a `Range` of bytes.',
  })
  @ApiSource()
  @ApiFailure(400, 404, 416)
  async download(
    @CurrentActor() actor: Actor,
    @IdParam('inbound_email_id') id: number,
    @Req() req: Request,
    @Res() res: Response,
  ): Promise<void> {
    await sendFile(req, res, await this.emails.source(actor, id));
  }

  @Post(':inbound_email_id/reprocess')
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @ApiIdParam('inbound_email_id', 'The mail.')
  @ApiOperation({
    summary: 'Have an incoming mail looked at again',
    description: 'As if it had just come, by the rules and settings of now. What has become part of a ticket stays there.',
  })
  @ApiCreatedResponse({ type: InboundEmailAnswer, description: 'The mail, which waits.' })
  @ApiFailure(404, 409)
  async reprocess(@CurrentActor() actor: Actor, @IdParam('inbound_email_id') id: number): Promise<JsonText> {
    return new JsonText(`{"inbound_email":${await this.emails.reprocess(actor, id)}}`);
  }
}

async function handed(query: InboundEnvelopeQuery, req: Request, key = 'inbound_email'): Promise<HandedMail> {
  const { forwarding_address_id: forwardingAddressId, mail_from: mailFrom, rcpt_to: rcptTo } = query;
  const content = isMail(req) ? req : Readable.from(Buffer.from((await readInput(RawMailDto, unwrapped(req, key))).raw));
  return { forwardingAddressId, mailFrom, rcptTo, content };
}
