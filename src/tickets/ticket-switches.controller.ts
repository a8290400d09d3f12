import { applyDecorators, Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { AGENTS, STAFF, type Actor, type Role } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIfMatch, IfMatch, type Precondition } from '../platform/http/if-match.js';
import { ApiIdParam, IdParam } from '../platform/http/input.js';
import { TicketSwitches } from './ticket-switches.js';

/** What the ten routes of the switches share. */
function Switch(summary: string, roles: readonly Role[] = AGENTS): MethodDecorator {
  return applyDecorators(
    HttpCode(204),
    Authenticated({ scope: 'tickets:write', roles }),
    ApiIdParam('ticket_id', 'The ticket.'),
    ApiOperation({ summary, description: 'Doing it twice is harmless. No body is needed.' }),
    ApiIfMatch(),
    ApiNoContentResponse({ description: 'Done.' }),
    ApiFailure(404, 412),
  );
}

@ApiTags('Tickets')
@Controller('tickets/:ticket_id')
export class TicketSwitchesController {
  constructor(private readonly switches: TicketSwitches) {}

  @Post('archive')
  @Switch('Archive a ticket')
  archive(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'archive', true, ifMatch);
  }

  @Delete('archive')
  @Switch('Take a ticket out of the archive')
  unarchive(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'archive', false, ifMatch);
  }

  @Post('answered')
  @Switch('Mark a ticket as answered')
  answer(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'answered', true, ifMatch);
  }

  @Delete('answered')
  @Switch('Mark a ticket as unanswered')
  unanswer(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'answered', false, ifMatch);
  }

  @Post('star')
  @Switch('Star a ticket for yourself', STAFF)
  star(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'star', true, ifMatch);
  }

  @Delete('star')
  @Switch('Take your star off a ticket', STAFF)
  unstar(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'star', false, ifMatch);
  }

  @Post('spam')
  @Switch('Mark a ticket as spam')
  spam(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'spam', true, ifMatch);
  }

  @Delete('spam')
  @Switch('Mark a ticket as no spam')
  unspam(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'spam', false, ifMatch);
  }

  @Post('trash')
  @Switch('Put a ticket into the trash')
  trash(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'trash', true, ifMatch);
  }

  @Delete('trash')
  @Switch('Take a ticket out of the trash')
  untrash(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.turn(actor, id, 'trash', false, ifMatch);
  }

  @Delete()
  @HttpCode(204)
  @Authenticated({ scope: 'tickets:write', roles: ['admin'] })
  @ApiIdParam('ticket_id', 'The ticket; it must be in the trash.')
  @ApiOperation({
    summary: 'Delete a ticket for good',
    description: 'Only from the trash, and only by admins. Everything said on it goes with it.',
  })
  @ApiIfMatch()
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404, 412)
  delete(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.switches.delete(actor, id, ifMatch);
  }
}
