import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIfMatch, IfMatch, type Precondition } from '../platform/http/if-match.js';
import { ApiIdParam, IdParam, Input, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import {
  AssignmentsAnswer,
  AssignTeamDto,
  AssignUserDto,
  OldAssignmentAnswer,
  TeamAssignmentAnswer,
  UserAssignmentAnswer,
} from './assignment.view.js';
import { Assignments } from './assignments.js';

const AGENTS = { scope: 'tickets:write', roles: ['admin', 'agent'] } as const;
const RULES = 'A ticket that a team has goes to its members only; giving it to the same person again is a conflict.';

@ApiTags('Assignments')
@Controller('tickets/:ticket_id')
export class AssignmentsController {
  constructor(private readonly assignments: Assignments) {}

  @Post('user_assignment')
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('user_assignment', AssignUserDto)
  @ApiOperation({ summary: 'Assign a ticket to a person', description: RULES })
  @ApiCreatedResponse({ type: UserAssignmentAnswer, description: 'The assignment.' })
  @ApiFailure(400, 404, 409)
  async assignUser(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('user_assignment') input: AssignUserDto,
  ): Promise<JsonText> {
    return new JsonText(`{"user_assignment":${await this.assignments.assignUser(actor, id, input.user_id)}}`);
  }

  @Delete('user_assignment')
  @HttpCode(204)
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'Take a ticket from its person', description: 'Harmless when nobody has it.' })
  @ApiIfMatch()
  @ApiNoContentResponse({ description: 'Done.' })
  @ApiFailure(404, 412)
  unassignUser(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.assignments.unassign(actor, id, 'user', ifMatch);
  }

  @Post('team_assignment')
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('team_assignment', AssignTeamDto)
  @ApiOperation({
    summary: 'Assign a ticket to a team',
    description: 'Another team takes the ticket from its person; the same team leaves it to him.',
  })
  @ApiCreatedResponse({ type: TeamAssignmentAnswer, description: 'The assignment.' })
  @ApiFailure(400, 404)
  async assignTeam(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('team_assignment') input: AssignTeamDto,
  ): Promise<JsonText> {
    return new JsonText(`{"team_assignment":${await this.assignments.assignTeam(actor, id, input.team_id)}}`);
  }

  @Delete('team_assignment')
  @HttpCode(204)
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'Take a ticket from its team', description: 'Harmless when no team has it.' })
  @ApiIfMatch()
  @ApiNoContentResponse({ description: 'Done.' })
  @ApiFailure(404, 412)
  unassignTeam(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number, @IfMatch() ifMatch: Precondition): Promise<void> {
    return this.assignments.unassign(actor, id, 'team', ifMatch);
  }

  @Post('assignments')
  @Authenticated(AGENTS)
  @ApiIdParam('ticket_id', 'The ticket.')
  @Takes('assignment', AssignUserDto)
  @ApiOperation({ summary: 'Assign a ticket to a person (older form)', description: RULES })
  @ApiCreatedResponse({ type: OldAssignmentAnswer, description: 'The assignment.' })
  @ApiFailure(400, 404, 409)
  async assignUserOldForm(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('assignment') input: AssignUserDto,
  ): Promise<JsonText> {
    const view = await this.assignments.assignUser(actor, id, input.user_id);
    return new JsonText(`{"assignment":${view},"user_assignment":${view}}`);
  }

  @Get('assignments')
  @Authenticated({ scope: 'tickets:read', roles: ['admin', 'agent', 'collaborator'] })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'List who had a ticket', description: 'The latest 1000.' })
  @ApiOkResponse({ type: AssignmentsAnswer, description: 'Oldest first.' })
  @ApiFailure(404)
  list(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number): Promise<JsonText> {
    return this.assignments.list(actor, id);
  }
}
