import { Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { CreateReplyDto, RepliesAnswer, ReplyAnswer } from './replies.dto.js';
import { Replies } from './replies.service.js';

@ApiTags('Replies')
@Controller('tickets/:ticket_id/replies')
export class RepliesController {
  constructor(private readonly replies: Replies) {}

  @Get()
  @Authenticated({ scope: 'tickets:read' })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'List the replies of a ticket' })
  @ApiOkResponse({ type: RepliesAnswer, description: 'Oldest first.' })
  @ApiFailure(400, 404)
  list(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') ticketId: number,
    @QueryInput() query: LongPageQuery,
  ): Promise<JsonText> {
    return this.replies.list(actor, ticketId, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'tickets:write', roles: ['admin', 'agent', 'customer'] })
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('reply', CreateReplyDto)
  @ApiOperation({
    summary: 'Reply to a ticket',
    description: "An agent's reply marks the ticket answered; a customer's marks it unanswered and takes it out of the archive.",
  })
  @ApiCreatedResponse({ type: ReplyAnswer, description: 'The reply.' })
  @ApiFailure(400, 404)
  async create(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') ticketId: number,
    @Input('reply') input: CreateReplyDto,
  ): Promise<JsonText> {
    const { cc, bcc, content, attachment_ids: outer = [], on_behalf_of: onBehalfOf } = input;
    const attachmentIds = [...(content.attachment_ids ?? []), ...outer];
    const { text, html } = content;
    return new JsonText(
      `{"reply":${await this.replies.create(actor, ticketId, { cc, bcc, text, html, attachmentIds, onBehalfOf })}}`,
    );
  }

  @Get(':reply_id')
  @Authenticated({ scope: 'tickets:read' })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiIdParam('reply_id', 'The reply.')
  @ApiOperation({ summary: 'Show a reply' })
  @ApiOkResponse({ type: ReplyAnswer, description: 'The reply.' })
  @ApiFailure(404)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') ticketId: number,
    @IdParam('reply_id') id: number,
  ): Promise<JsonText> {
    return new JsonText(`{"reply":${await this.replies.show(actor, ticketId, id)}}`);
  }
}
