import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { UsersAnswer } from '../users/users.dto.js';
import { TeamMembers } from './team-members.service.js';
import { TeamMemberAnswer, TeamMemberDto } from './teams.dto.js';

@ApiTags('Teams')
@Controller('teams/:team_id/members')
export class TeamMembersController {
  constructor(private readonly members: TeamMembers) {}

  @Get()
  @Authenticated({ scope: 'teams:read', roles: STAFF })
  @ApiIdParam('team_id', 'The team.')
  @ApiOperation({ summary: 'List the members of a team' })
  @ApiOkResponse({ type: UsersAnswer, description: 'Oldest first.' })
  @ApiFailure(400, 404)
  list(@CurrentActor() actor: Actor, @IdParam('team_id') teamId: number, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.members.list(actor, teamId, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'teams:write', roles: ADMINS })
  @ApiIdParam('team_id', 'The team.')
  @Takes('member', TeamMemberDto)
  @ApiOperation({
    summary: 'Put somebody into a team',
    description: 'Admins, agents and collaborators. Doing it twice is harmless.',
  })
  @ApiCreatedResponse({ type: TeamMemberAnswer, description: 'The member.' })
  @ApiFailure(400, 404)
  async add(
    @CurrentActor() actor: Actor,
    @IdParam('team_id') teamId: number,
    @Input('member') input: TeamMemberDto,
  ): Promise<JsonText> {
    return new JsonText(`{"member":${await this.members.add(actor, teamId, input.id)}}`);
  }

  @Delete(':member_id')
  @HttpCode(204)
  @Authenticated({ scope: 'teams:write', roles: ADMINS })
  @ApiIdParam('team_id', 'The team.')
  @ApiIdParam('member_id', 'The id of the user.')
  @ApiOperation({ summary: 'Take somebody out of a team', description: 'Tickets that he has stay his.' })
  @ApiNoContentResponse({ description: 'Done.' })
  @ApiFailure(404)
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam('team_id') teamId: number,
    @IdParam('member_id') userId: number,
  ): Promise<void> {
    await this.members.remove(actor, teamId, userId);
  }
}
