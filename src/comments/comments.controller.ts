import { Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { CommentAnswer, CommentsAnswer, CreateCommentDto } from './comments.dto.js';
import { Comments } from './comments.service.js';

@ApiTags('Comments')
@Controller('tickets/:ticket_id/comments')
export class CommentsController {
  constructor(private readonly comments: Comments) {}

  @Get()
  @Authenticated({ scope: 'tickets:read', roles: STAFF })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'List the internal comments of a ticket' })
  @ApiOkResponse({ type: CommentsAnswer, description: 'Oldest first.' })
  @ApiFailure(400, 404)
  list(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') ticketId: number,
    @QueryInput() query: LongPageQuery,
  ): Promise<JsonText> {
    return this.comments.list(actor, ticketId, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'tickets:write', roles: STAFF })
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('comment', CreateCommentDto)
  @ApiOperation({ summary: 'Comment on a ticket', description: 'Customers never see comments.' })
  @ApiCreatedResponse({ type: CommentAnswer, description: 'The comment.' })
  @ApiFailure(400, 404)
  async create(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') ticketId: number,
    @Input('comment') input: CreateCommentDto,
  ): Promise<JsonText> {
    const { text, html, attachment_ids: inner = [] } = input.content;
    const note = { text, html, attachmentIds: [...inner, ...(input.attachment_ids ?? [])] };
    return new JsonText(`{"comment":${await this.comments.create(actor, ticketId, note)}}`);
  }

  @Get(':comment_id')
  @Authenticated({ scope: 'tickets:read', roles: STAFF })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiIdParam('comment_id', 'The comment.')
  @ApiOperation({ summary: 'Show a comment' })
  @ApiOkResponse({ type: CommentAnswer, description: 'The comment.' })
  @ApiFailure(404)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') ticketId: number,
    @IdParam('comment_id') id: number,
  ): Promise<JsonText> {
    return new JsonText(`{"comment":${await this.comments.show(actor, ticketId, id)}}`);
  }
}
