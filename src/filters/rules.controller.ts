import { Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, AGENTS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { RuleAnswer, RuleDto, RulesAnswer } from './rules.dto.js';
import { Rules } from './rules.service.js';
import { ApiStampedIdParam } from './stamped-ids.js';

@ApiTags('Filters')
@Controller('rules')
export class RulesController {
  constructor(private readonly rules: Rules) {}

  @Get()
  @Authenticated({ scope: 'filters:read', roles: AGENTS })
  @ApiOperation({ summary: 'List rules' })
  @ApiOkResponse({ type: RulesAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.rules.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @Takes('rule', RuleDto)
  @ApiOperation({
    summary: 'Make a rule',
    description: 'A ticket is meant when every field that is not empty is contained in it, whatever the case.',
  })
  @ApiCreatedResponse({ type: RuleAnswer, description: 'The new rule.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('rule') input: RuleDto): Promise<JsonText> {
    return new JsonText(`{"rule":${await this.rules.create(actor, input)}}`);
  }

  @Get(':rule_id')
  @Authenticated({ scope: 'filters:read', roles: AGENTS })
  @ApiStampedIdParam('rule_id', 'The rule.')
  @ApiOperation({ summary: 'Show a rule' })
  @ApiOkResponse({ type: RuleAnswer, description: 'The rule.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @Param('rule_id') id: string): Promise<JsonText> {
    return new JsonText(`{"rule":${await this.rules.show(actor, id)}}`);
  }

  @Put(':rule_id')
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @ApiStampedIdParam('rule_id', 'The rule.')
  @Takes('rule', RuleDto)
  @ApiOperation({
    summary: 'Replace what a rule looks for',
    description: 'Fields that are not given do not matter any more. Every filter with the rule changes with it.',
  })
  @ApiOkResponse({ type: RuleAnswer, description: 'The rule as it is now.' })
  @ApiFailure(400, 404)
  async replace(@CurrentActor() actor: Actor, @Param('rule_id') id: string, @Input('rule') input: RuleDto): Promise<JsonText> {
    return new JsonText(`{"rule":${await this.rules.replace(actor, id, input)}}`);
  }

  @Delete(':rule_id')
  @HttpCode(204)
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @ApiStampedIdParam('rule_id', 'The rule.')
  @ApiOperation({ summary: 'Delete a rule', description: 'Not while a filter has it.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404, 409)
  async remove(@CurrentActor() actor: Actor, @Param('rule_id') id: string): Promise<void> {
    await this.rules.remove(actor, id);
  }
}
