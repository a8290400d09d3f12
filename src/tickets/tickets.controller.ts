import { Controller, Get, HttpCode, Post, Put, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Authenticated, Caller, CurrentActor, TokenOptional } from '../access/access.decorators.js';
import type { Actor, Visitor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { RateLimited } from '../access/rate-limited.decorator.js';
import { ApiIfMatch, IfMatch, type Precondition } from '../platform/http/if-match.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { ShortUserAnswer } from '../users/users.dto.js';
import { ListTicketsQuery, SearchTicketsQuery } from './list-query.dto.js';
import { readListQuery, readSearchQuery } from './list-query.js';
import { ApiTicketList } from './ticket-list.docs.js';
import { presentPage, presentTotal, type TicketListing } from './ticket-page.js';
import { CreateTicketDto, RequesterDto, TicketAnswer, UpdateTicketDto } from './tickets.dto.js';
import { Tickets } from './tickets.service.js';

@ApiTags('Tickets')
@Controller('tickets')
export class TicketsController {
  constructor(private readonly tickets: Tickets) {}

  @Get()
  @Authenticated({ scope: 'tickets:read' })
  @ApiOperation({
    summary: 'List tickets',
    description:
      'Newest first. Customers see the tickets that they have asked, and those of groups that share them. Totals are exact; with `q` up to 10,000.',
  })
  @ApiTicketList()
  list(@CurrentActor() actor: Actor, @QueryInput() query: ListTicketsQuery, @Req() req: Request): Promise<JsonText> {
    return this.answerList(actor, req, readListQuery(query));
  }

  @Get('search')
  @Authenticated({ scope: 'tickets:read' })
  @ApiOperation({
    summary: 'Search tickets',
    description:
      'The latest activity first, archived tickets too. Totals are exact up to 10,000 hits; beyond that `total` is 10000 and `total_capped` true.',
  })
  @ApiTicketList()
  search(@CurrentActor() actor: Actor, @QueryInput() query: SearchTicketsQuery, @Req() req: Request): Promise<JsonText> {
    return this.answerList(actor, req, readSearchQuery(query));
  }

  @Post()
  @TokenOptional({ scope: 'tickets:write' })
  @RateLimited('ticket-creation')
  @Takes('ticket', CreateTicketDto)
  @ApiOperation({
    summary: 'Open a ticket',
    description:
      'Anybody may, also from scripts on other sites; a token is optional, a wrong one is refused. Without a token 5 requests an hour are taken from ' +
      'an address, with a token 8 tickets a minute or as many as the company allows.',
  })
  @ApiCreatedResponse({ type: TicketAnswer, description: 'The new ticket.' })
  @ApiFailure(400)
  async create(@Caller() caller: Actor | Visitor, @Input('ticket') input: CreateTicketDto): Promise<JsonText> {
    const view = await this.tickets.create(caller, {
      subject: input.subject,
      requesterEmail: input.requester_email,
      requesterName: input.requester_name,
      notifyRequester: input.notify_requester ?? false,
      forwardingAddressId: input.forwarding_address_id,
      cc: input.cc,
      bcc: input.bcc,
      text: input.content.text,
      html: input.content.html,
      attachmentIds: [...(input.content.attachment_ids ?? []), ...(input.attachment_ids ?? [])],
    });
    return new JsonText(`{"ticket":${view}}`);
  }

  @Get(':ticket_id')
  @Authenticated({ scope: 'tickets:read' })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'Show a ticket' })
  @ApiOkResponse({ type: TicketAnswer, description: 'The ticket.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number): Promise<JsonText> {
    return new JsonText(`{"ticket":${await this.tickets.show(actor, id)}}`);
  }

  @Put(':ticket_id')
  @Authenticated({ scope: 'tickets:write', roles: ['admin', 'agent'] })
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('ticket', UpdateTicketDto)
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change the subject or the requester', description: 'Fields that are not given stay.' })
  @ApiOkResponse({ type: TicketAnswer, description: 'The ticket as it is now.' })
  @ApiFailure(400, 404, 412)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('ticket') input: UpdateTicketDto,
    @IfMatch() ifMatch: Precondition,
  ): Promise<JsonText> {
    const { subject, requester_name: requesterName, requester_email: requesterEmail } = input;
    const change = { subject, requesterName, requesterEmail };
    return new JsonText(`{"ticket":${await this.tickets.update(actor, id, change, ifMatch)}}`);
  }

  @Put(':ticket_id/requester')
  @HttpCode(201)
  @Authenticated({ scope: 'tickets:write', roles: ['admin', 'agent'] })
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('requester', RequesterDto)
  @ApiIfMatch()
  @ApiOperation({ summary: 'Give the ticket to another requester' })
  @ApiCreatedResponse({ type: ShortUserAnswer, description: 'The requester as he is now.' })
  @ApiFailure(400, 404, 412)
  async changeRequester(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('requester') { email, name }: RequesterDto,
    @IfMatch() ifMatch: Precondition,
  ): Promise<JsonText> {
    return new JsonText(`{"user":${await this.tickets.changeRequester(actor, id, { email, name }, ifMatch)}}`);
  }

  private async answerList(actor: Actor, req: Request, listing: TicketListing): Promise<JsonText> {
    if (listing.isTotalOnly) return presentTotal(await this.tickets.count(actor, listing.filter));
    return presentPage(req, listing, ...(await this.tickets.list(actor, listing.filter, listing.slice)));
  }
}
