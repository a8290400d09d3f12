import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, AGENTS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { DryRunAnswer, DryRunDto } from './dry-run.dto.js';
import { FilterDryRuns, MOST_LOOKED_AT } from './dry-run.service.js';
import { CreateFilterDto, FilterAnswer, FiltersAnswer, UpdateFilterDto } from './filters.dto.js';
import { Filters } from './filters.service.js';

@ApiTags('Filters')
@Controller('filters')
export class FiltersController {
  constructor(
    private readonly filters: Filters,
    private readonly dryRuns: FilterDryRuns,
  ) {}

  @Get()
  @Authenticated({ scope: 'filters:read', roles: AGENTS })
  @ApiOperation({ summary: 'List filters' })
  @ApiOkResponse({ type: FiltersAnswer, description: 'In the order in which they run.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.filters.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @Takes('filter', CreateFilterDto)
  @ApiOperation({
    summary: 'Make a filter',
    description:
      'From now on every new ticket that the rule means gets the consequence, before anybody sees it. All filters that mean a ticket run, in their order; a later assignment takes the place of an earlier one. What can no longer be done is left out, and the event `filter.applied` says so.',
  })
  @ApiCreatedResponse({ type: FilterAnswer, description: 'The new filter.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('filter') input: CreateFilterDto): Promise<JsonText> {
    const { rule_id: ruleId, consequence_id: consequenceId, name, position, enabled } = input;
    return new JsonText(`{"filter":${await this.filters.create(actor, { ruleId, consequenceId, name, position, enabled })}}`);
  }

  @Post('dry_run')
  @HttpCode(200)
  @Authenticated({ scope: 'tickets:read', roles: AGENTS })
  @Takes('dry_run', DryRunDto)
  @ApiOperation({
    summary: 'Try a rule on existing tickets',
    description: `Tells which tickets a rule would have meant and why, and changes nothing. At most the ${MOST_LOOKED_AT} newest tickets are looked at, in whatever state they are. For a saved rule or filter the token needs the scope \`filters:read\` too.`,
  })
  @ApiOkResponse({ type: DryRunAnswer, description: 'The tickets that the rule means, newest first.' })
  @ApiFailure(400)
  dryRun(
    @CurrentActor() actor: Actor,
    @Input('dry_run') { rule: needles, rule_id: ruleId, filter_id: filterId }: DryRunDto,
    @QueryInput() query: LongPageQuery,
  ): Promise<JsonText> {
    return this.dryRuns.run(actor, { needles, ruleId, filterId }, longPage(query));
  }

  @Get(':filter_id')
  @Authenticated({ scope: 'filters:read', roles: AGENTS })
  @ApiIdParam('filter_id', 'The filter.')
  @ApiOperation({ summary: 'Show a filter' })
  @ApiOkResponse({ type: FilterAnswer, description: 'The filter.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('filter_id') id: number): Promise<JsonText> {
    return new JsonText(`{"filter":${await this.filters.show(actor, id)}}`);
  }

  @Put(':filter_id')
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @ApiIdParam('filter_id', 'The filter.')
  @Takes('filter', UpdateFilterDto)
  @ApiOperation({
    summary: 'Change, move, enable or disable a filter',
    description: 'Fields that are not given stay. Tickets that are there already are not touched.',
  })
  @ApiOkResponse({ type: FilterAnswer, description: 'The filter as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('filter_id') id: number,
    @Input('filter') input: UpdateFilterDto,
  ): Promise<JsonText> {
    const { rule_id: ruleId, consequence_id: consequenceId, name, position, enabled } = input;
    return new JsonText(`{"filter":${await this.filters.update(actor, id, { ruleId, consequenceId, name, position, enabled })}}`);
  }

  @Delete(':filter_id')
  @HttpCode(204)
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @ApiIdParam('filter_id', 'The filter.')
  @ApiOperation({ summary: 'Delete a filter', description: 'Its rule and its consequence stay, and so does what it has done.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('filter_id') id: number): Promise<void> {
    await this.filters.remove(actor, id);
  }
}
