import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { ADMINS, type Actor } from '../../access/actor.js';
import { JsonText } from '../../platform/http/json-text.js';
import { Replies } from '../../replies/replies.service.js';
import { Tickets } from '../../tickets/tickets.service.js';
import {
  ApiScriptAnswer,
  MOST_ROWS,
  PhpCreatedAnswer,
  PhpCreateTicketDto,
  PhpListTicketsDto,
  PhpRepliedAnswer,
  PhpReplyDto,
  PhpTicketAnswer,
  PhpTicketsAnswer,
  PhpViewTicketDto,
  ScriptInput,
} from './php-tickets.dto.js';
import { PhpTickets, type PhpSlice } from './php-tickets.service.js';

const OWN_TOKEN = 'With the token of an admin; the customer is named by `user_email`.';

/** php-tickets.md. Writing as a customer is for admins only, and so is the token of an installation. */
@ApiTags('PHP ticket scripts')
@Controller('api')
export class PhpTicketsController {
  constructor(
    private readonly tickets: Tickets,
    private readonly replies: Replies,
    private readonly shown: PhpTickets,
  ) {}

  @ApiScriptAnswer(PhpCreatedAnswer)
  @Post('tickets_create.php')
  @HttpCode(200)
  @Authenticated({ scope: 'tickets:write', roles: ADMINS })
  @ApiExtension('x-dialect', 'php')
  @ApiBody({ type: PhpCreateTicketDto })
  @ApiOperation({ summary: 'Open a ticket for a customer', description: OWN_TOKEN })
  async createPhpTicket(@CurrentActor() actor: Actor, @ScriptInput() input: PhpCreateTicketDto): Promise<PhpCreatedAnswer> {
    const { subject, message: text, name, company, priority, custom_fields: customFields = {} } = input;
    const view = await this.tickets.create(actor, {
      ...{ subject, text, priority, customFields },
      ...{ requesterEmail: input.user_email, requesterName: name, requesterCompany: company },
      categoryId: input.category_id === 0 ? undefined : input.category_id,
      notifyRequester: false,
    });
    return { success: true, ticket_id: idIn(view) };
  }

  @ApiScriptAnswer(PhpTicketsAnswer)
  @Get('tickets_list.php')
  @Authenticated({ scope: 'tickets:read', roles: ADMINS })
  @ApiExtension('x-dialect', 'php')
  @ApiOperation({ summary: 'List the tickets of a customer', description: `The latest update first. ${OWN_TOKEN}` })
  async listPhpTickets(@CurrentActor() actor: Actor, @ScriptInput() input: PhpListTicketsDto): Promise<JsonText> {
    return new JsonText(`{"success":true,"tickets":${await this.shown.list(actor, input.user_email, sliceOf(input))}}`);
  }

  @ApiScriptAnswer(PhpTicketsAnswer)
  @Post('tickets_list.php')
  @HttpCode(200)
  @Authenticated({ scope: 'tickets:read', roles: ADMINS })
  @ApiExtension('x-dialect', 'php')
  @ApiBody({ type: PhpListTicketsDto })
  @ApiOperation({ summary: 'List the tickets of a customer', description: `The latest update first. ${OWN_TOKEN}` })
  listPhpTicketsByPost(@CurrentActor() actor: Actor, @ScriptInput() input: PhpListTicketsDto): Promise<JsonText> {
    return this.listPhpTickets(actor, input);
  }

  @ApiScriptAnswer(PhpTicketAnswer)
  @Get('ticket_view.php')
  @Authenticated({ scope: 'tickets:read', roles: ADMINS })
  @ApiExtension('x-dialect', 'php')
  @ApiOperation({ summary: 'Show a ticket of a customer', description: `With its replies, oldest first. ${OWN_TOKEN}` })
  async viewPhpTicket(@CurrentActor() actor: Actor, @ScriptInput() input: PhpViewTicketDto): Promise<JsonText> {
    return new JsonText(await this.shown.show(actor, input.ticket_id, input.user_email, sliceOf(input)));
  }

  @ApiScriptAnswer(PhpTicketAnswer)
  @Post('ticket_view.php')
  @HttpCode(200)
  @Authenticated({ scope: 'tickets:read', roles: ADMINS })
  @ApiExtension('x-dialect', 'php')
  @ApiBody({ type: PhpViewTicketDto })
  @ApiOperation({ summary: 'Show a ticket of a customer', description: `With its replies, oldest first. ${OWN_TOKEN}` })
  viewPhpTicketByPost(@CurrentActor() actor: Actor, @ScriptInput() input: PhpViewTicketDto): Promise<JsonText> {
    return this.viewPhpTicket(actor, input);
  }

  @ApiScriptAnswer(PhpRepliedAnswer)
  @Post('ticket_reply.php')
  @HttpCode(200)
  @Authenticated({ scope: 'tickets:write', roles: ADMINS })
  @ApiExtension('x-dialect', 'php')
  @ApiBody({ type: PhpReplyDto })
  @ApiOperation({ summary: 'Reply as the customer', description: `A closed ticket opens again. ${OWN_TOKEN}` })
  async replyToPhpTicket(@CurrentActor() actor: Actor, @ScriptInput() input: PhpReplyDto): Promise<PhpRepliedAnswer> {
    const { ticket_id: id, user_email: asRequester, message: text } = input;
    return { success: true, reply_id: idIn(await this.replies.create(actor, id, { text, asRequester })) };
  }
}

function sliceOf({ limit = MOST_ROWS, offset = 0 }: Partial<PhpSlice>): PhpSlice {
  return { limit, offset };
}

function idIn(view: string): number {
  return (JSON.parse(view) as { id: number }).id;
}
