import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { longPage } from '../platform/http/page.dto.js';
import { CreateTeamDto, GroupsAnswer, ListTeamsQuery, TeamAnswer, TeamsAnswer, UpdateTeamDto } from './teams.dto.js';
import { Teams, type TeamFilter } from './teams.service.js';

@ApiTags('Teams')
@Controller('teams')
export class TeamsController {
  constructor(private readonly teams: Teams) {}

  @Get()
  @Authenticated({ scope: 'teams:read', roles: STAFF })
  @ApiOperation({ summary: 'List teams' })
  @ApiOkResponse({ type: TeamsAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: ListTeamsQuery): Promise<JsonText> {
    return this.teams.list(actor, filterOf(query), 'teams');
  }

  @Post()
  @Authenticated({ scope: 'teams:write', roles: ADMINS })
  @Takes('team', CreateTeamDto)
  @ApiOperation({ summary: 'Make a team' })
  @ApiCreatedResponse({ type: TeamAnswer, description: 'The new team.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('team') { name, user_ids: userIds }: CreateTeamDto): Promise<JsonText> {
    return new JsonText(`{"team":${await this.teams.create(actor, { name, userIds })}}`);
  }

  @Get(':team_id')
  @Authenticated({ scope: 'teams:read', roles: STAFF })
  @ApiIdParam('team_id', 'The team.')
  @ApiOperation({ summary: 'Show a team', description: 'With its users.' })
  @ApiOkResponse({ type: TeamAnswer, description: 'The team.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('team_id') id: number): Promise<JsonText> {
    return new JsonText(`{"team":${await this.teams.show(actor, id)}}`);
  }

  @Put(':team_id')
  @Authenticated({ scope: 'teams:write', roles: ADMINS })
  @ApiIdParam('team_id', 'The team.')
  @Takes('team', UpdateTeamDto)
  @ApiOperation({ summary: 'Rename a team or change its users', description: 'Fields that are not given stay.' })
  @ApiOkResponse({ type: TeamAnswer, description: 'The team as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('team_id') id: number,
    @Input('team') { name, user_ids: userIds }: UpdateTeamDto,
  ): Promise<JsonText> {
    return new JsonText(`{"team":${await this.teams.update(actor, id, { name, userIds })}}`);
  }

  @Delete(':team_id')
  @HttpCode(204)
  @Authenticated({ scope: 'teams:write', roles: ADMINS })
  @ApiIdParam('team_id', 'The team.')
  @ApiOperation({
    summary: 'Delete a team',
    description:
      'Its tickets are no longer assigned to a team and stay with the persons who have them; the history of their assignments still names it.',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('team_id') id: number): Promise<void> {
    await this.teams.remove(actor, id);
  }
}

/** The teams under their older name (real-servers.md section 1). */
@ApiTags('Teams')
@Controller('groups')
export class GroupsController {
  constructor(private readonly teams: Teams) {}

  @Get()
  @Authenticated({ scope: 'teams:read', roles: STAFF })
  @ApiOperation({
    summary: 'List teams under the key `groups`',
    description: 'The same list as `GET /teams`, for older clients.',
  })
  @ApiOkResponse({ type: GroupsAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: ListTeamsQuery): Promise<JsonText> {
    return this.teams.list(actor, filterOf(query), 'groups');
  }
}

function filterOf(query: ListTeamsQuery): TeamFilter {
  const own = query.me === true || query.user?.trim().toLowerCase() === 'me';
  return { ...longPage(query), withUsers: query.with_users ?? false, own };
}
