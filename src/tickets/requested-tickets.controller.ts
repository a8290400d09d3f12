import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { Database } from '../platform/database/database.js';
import { absentIfBlank, toInteger } from '../platform/http/coerce.js';
import { TextField } from '../platform/http/fields.js';
import { ApiIdParam, IdParam, QueryInput } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { UserView } from '../users/user.view.js';
import { Users } from '../users/users.service.js';
import { listTickets } from './ticket-list.js';
import { TicketView } from './ticket.view.js';

const DEFAULT_TICKETS = 5;
const MOST_TICKETS = 1000;

class ShowUserQuery {
  @TextField({
    description: `How many of the latest tickets that this user has asked stand in \`tickets\`; \`false\`: all, at most ${MOST_TICKETS}.`,
    example: '5',
  })
  max_tickets?: string;
}

class UserWithTicketsView extends UserView {
  @ApiProperty({ type: [TicketView], description: 'The latest tickets that this user has asked.' }) tickets!: TicketView[];
}

class UserWithTicketsAnswer {
  @ApiProperty() user!: UserWithTicketsView;
}

/** A person with his tickets; it stands here because tickets know of users and not the other way round. */
@ApiTags('Users')
@Controller('users')
export class RequestedTicketsController {
  constructor(
    private readonly db: Database,
    private readonly users: Users,
  ) {}

  @Get(':user_id')
  @Authenticated({ scope: 'users:read' })
  @ApiIdParam('user_id', 'The person or group.')
  @ApiOperation({
    summary: 'Show a person or a customer group',
    description: 'With the latest tickets that he has asked. Customers see themselves only.',
  })
  @ApiOkResponse({ type: UserWithTicketsAnswer, description: 'The person or group.' })
  @ApiFailure(404)
  async show(
    @CurrentActor() actor: Actor,
    @IdParam('user_id') id: number,
    @QueryInput() query: ShowUserQuery,
  ): Promise<JsonText> {
    const view = await this.users.show(actor, id);
    const filter = { archived: 'any', spam: 'none', trash: 'none', requesterId: id } as const;
    const slice = { page: 1, perPage: ticketsWanted(query.max_tickets), sort: 'last_activity' } as const;
    const { tickets } = await listTickets(this.db, actor, filter, slice);
    return new JsonText(`{"user":${view.slice(0, -1)},"tickets":${tickets}}}`);
  }
}

function ticketsWanted(given: string | undefined): number {
  if (absentIfBlank(given) === undefined) return DEFAULT_TICKETS;
  const wanted = toInteger(given);
  return typeof wanted === 'number' && wanted >= 0 ? Math.min(wanted, MOST_TICKETS) : MOST_TICKETS;
}
