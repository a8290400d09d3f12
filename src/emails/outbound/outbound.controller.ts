import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { AGENTS, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../../platform/http/input.js';
import { JsonText } from '../../platform/http/json-text.js';
import { longPage } from '../../platform/http/page.dto.js';
import { EmailDeliveries } from './email-deliveries.service.js';
import { EmailSuppressions } from './email-suppressions.service.js';
import {
  CreateEmailSuppressionDto,
  EmailDeliveriesAnswer,
  EMAILS_PER_PAGE,
  EmailSuppressionAnswer,
  EmailSuppressionsAnswer,
  ListEmailDeliveriesQuery,
  ListEmailSuppressionsQuery,
} from './outbound.dto.js';

/** Comes before the forwarding addresses, to whose routes `deliveries` would be a number that is none. */
@ApiTags('Outgoing mail')
@Controller('emails')
export class OutboundController {
  constructor(
    private readonly deliveries: EmailDeliveries,
    private readonly suppressions: EmailSuppressions,
  ) {}

  @Get('deliveries')
  @Authenticated({ scope: 'emails:read', roles: AGENTS })
  @ApiOperation({
    summary: 'List the mails that the desk sends',
    description:
      'Each mail to each recipient, and what has come of it. Mails about tickets are shown to those who may see the ticket, ' +
      'others to admins and to their recipient. Walk them by `next_cursor`; they are not counted.',
  })
  @ApiOkResponse({ type: EmailDeliveriesAnswer, description: 'Newest first.' })
  @ApiFailure(400)
  listDeliveries(@CurrentActor() actor: Actor, @QueryInput() query: ListEmailDeliveriesQuery): Promise<JsonText> {
    const { ticket_id: ticketId, per_page: perPage = EMAILS_PER_PAGE, ...others } = query;
    return this.deliveries.list(actor, { ...others, ticketId, perPage });
  }

  @Get('suppressions')
  @Authenticated({ scope: 'emails:read', roles: AGENTS })
  @ApiOperation({ summary: 'List the addresses to which nothing is sent' })
  @ApiOkResponse({ type: EmailSuppressionsAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  listSuppressions(@CurrentActor() actor: Actor, @QueryInput() query: ListEmailSuppressionsQuery): Promise<JsonText> {
    return this.suppressions.list(actor, query.email, longPage(query));
  }

  @Post('suppressions')
  @Authenticated({ scope: 'emails:write', roles: AGENTS })
  @Takes('suppression', CreateEmailSuppressionDto)
  @ApiOperation({
    summary: 'Send nothing to an address',
    description: 'Also not what waits to be sent already. Mails to the address become `suppressed`.',
  })
  @ApiCreatedResponse({ type: EmailSuppressionAnswer, description: 'The address.' })
  @ApiFailure(400)
  async suppress(@CurrentActor() actor: Actor, @Input('suppression') input: CreateEmailSuppressionDto): Promise<JsonText> {
    return new JsonText(`{"suppression":${await this.suppressions.create(actor, input)}}`);
  }

  @Delete('suppressions/:suppression_id')
  @HttpCode(204)
  @Authenticated({ scope: 'emails:write', roles: AGENTS })
  @ApiIdParam('suppression_id', 'The suppressed address.')
  @ApiOperation({ summary: 'Send to an address again', description: 'What was suppressed stays unsent.' })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiFailure(404)
  async unsuppress(@CurrentActor() actor: Actor, @IdParam('suppression_id') id: number): Promise<void> {
    await this.suppressions.remove(actor, id);
  }
}
