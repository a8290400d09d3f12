import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import {
  AutomationAnswer,
  AutomationRunsAnswer,
  AutomationsAnswer,
  CreateAutomationDto,
  ListRunsQuery,
  RUNS_PER_PAGE,
  UpdateAutomationDto,
} from './automations.dto.js';
import { Automations } from './automations.service.js';
import { RunLog } from './run-log.service.js';

@ApiTags('Automations')
@Controller('automations')
export class AutomationsController {
  constructor(
    private readonly automations: Automations,
    private readonly log: RunLog,
  ) {}

  @Get()
  @Authenticated({ scope: 'automations:read', roles: ADMINS })
  @ApiOperation({ summary: 'List automations' })
  @ApiOkResponse({ type: AutomationsAnswer, description: 'In their order.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.automations.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'automations:write', roles: ADMINS })
  @Takes('automation', CreateAutomationDto)
  @ApiOperation({
    summary: 'Make an automation',
    description:
      'It runs once for each customer who meets its conditions, and with a `repeat` once in each repetition. One with a `datetime` runs for ' +
      'everybody when it is time; one without waits for people to be at the desk.',
  })
  @ApiCreatedResponse({ type: AutomationAnswer, description: 'The new automation.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('automation') input: CreateAutomationDto): Promise<JsonText> {
    return new JsonText(`{"automation":${await this.automations.create(actor, input)}}`);
  }

  @Get(':automation_id')
  @Authenticated({ scope: 'automations:read', roles: ADMINS })
  @ApiIdParam('automation_id', 'The automation.')
  @ApiOperation({ summary: 'Show an automation' })
  @ApiOkResponse({ type: AutomationAnswer, description: 'The automation.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('automation_id') id: number): Promise<JsonText> {
    return new JsonText(`{"automation":${await this.automations.show(actor, id)}}`);
  }

  @Put(':automation_id')
  @Authenticated({ scope: 'automations:write', roles: ADMINS })
  @ApiIdParam('automation_id', 'The automation.')
  @Takes('automation', UpdateAutomationDto)
  @ApiOperation({
    summary: 'Change an automation, or let it rest',
    description: 'Fields that are not given stay. It does not run again for those for whom it has run.',
  })
  @ApiOkResponse({ type: AutomationAnswer, description: 'The automation as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('automation_id') id: number,
    @Input('automation') input: UpdateAutomationDto,
  ): Promise<JsonText> {
    return new JsonText(`{"automation":${await this.automations.update(actor, id, input)}}`);
  }

  @Delete(':automation_id')
  @HttpCode(204)
  @Authenticated({ scope: 'automations:write', roles: ADMINS })
  @ApiIdParam('automation_id', 'The automation.')
  @ApiOperation({ summary: 'Delete an automation', description: 'Its log goes with it; what it has sent stays.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('automation_id') id: number): Promise<void> {
    await this.automations.remove(actor, id);
  }

  @Get(':automation_id/runs')
  @Authenticated({ scope: 'automations:read', roles: ADMINS })
  @ApiIdParam('automation_id', 'The automation.')
  @ApiOperation({
    summary: 'List for whom an automation has run',
    description:
      'And what came of it. Walk them by `next_cursor`; they are not counted. Those of past repetitions are kept for 90 days.',
  })
  @ApiOkResponse({ type: AutomationRunsAnswer, description: 'Newest first.' })
  @ApiFailure(400, 404)
  listRuns(
    @CurrentActor() actor: Actor,
    @IdParam('automation_id') id: number,
    @QueryInput() { user_id: userId, per_page: perPage = RUNS_PER_PAGE, cursor }: ListRunsQuery,
  ): Promise<JsonText> {
    return this.log.list(actor, id, { userId, perPage, cursor });
  }
}
