import { Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, Caller, CurrentActor, TokenOptional } from '../access/access.decorators.js';
import type { Actor, Visitor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { ShortUserAnswer } from '../users/users.dto.js';
import type { Switch } from './ticket-list.js';
import {
  CreateTicketDto,
  ListTicketsQuery,
  RequesterDto,
  TicketAnswer,
  TicketsAnswer,
  TICKETS_PER_PAGE,
  UpdateTicketDto,
} from './tickets.dto.js';
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
      'The latest activity first. Customers see the tickets that they have asked, and those of groups that share them.',
  })
  @ApiOkResponse({ type: TicketsAnswer, description: 'One page; a page past the end is empty.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: ListTicketsQuery): Promise<JsonText> {
    const { page = 1, per_page: perPage = TICKETS_PER_PAGE } = query;
    const filter = { archived: archivedOf(query.archived), spam: addedOf(query.spam), trash: addedOf(query.trash) };
    return this.tickets.list(actor, filter, { page, perPage });
  }

  @Post()
  @TokenOptional({ scope: 'tickets:write' })
  @Takes('ticket', CreateTicketDto)
  @ApiOperation({
    summary: 'Open a ticket',
    description: 'Anybody may, also from scripts on other sites; a token is optional, a wrong one is refused.',
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
  @ApiOperation({ summary: 'Change the subject or the requester', description: 'Fields that are not given stay.' })
  @ApiOkResponse({ type: TicketAnswer, description: 'The ticket as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('ticket') input: UpdateTicketDto,
  ): Promise<JsonText> {
    const { subject, requester_name: requesterName, requester_email: requesterEmail } = input;
    return new JsonText(`{"ticket":${await this.tickets.update(actor, id, { subject, requesterName, requesterEmail })}}`);
  }

  @Put(':ticket_id/requester')
  @HttpCode(201)
  @Authenticated({ scope: 'tickets:write', roles: ['admin', 'agent'] })
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('requester', RequesterDto)
  @ApiOperation({ summary: 'Give the ticket to another requester' })
  @ApiCreatedResponse({ type: ShortUserAnswer, description: 'The requester as he is now.' })
  @ApiFailure(400, 404)
  async changeRequester(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('requester') input: RequesterDto,
  ): Promise<JsonText> {
    return new JsonText(`{"user":${await this.tickets.changeRequester(actor, id, input.email, input.name)}}`);
  }
}

const ON = new Set(['true', '1', 'yes', 'on']);

// supportbee.md section 3.1 and A10: archived=true shows only archived tickets, but spam=true and trash=true add to the result.
function archivedOf(word: string | undefined): Switch {
  if (word === 'any') return 'any';
  return word !== undefined && (ON.has(word) || word === 'only') ? 'only' : 'none';
}

function addedOf(word: string | undefined): Switch {
  if (word === 'only') return 'only';
  return word !== undefined && (ON.has(word) || word === 'any') ? 'any' : 'none';
}
