import { Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, AGENTS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { ConsequenceAnswer, ConsequenceDto, ConsequencesAnswer } from './consequences.dto.js';
import { Consequences, type NewConsequence } from './consequences.service.js';
import { ApiStampedIdParam } from './stamped-ids.js';

@ApiTags('Filters')
@Controller('consequences')
export class ConsequencesController {
  constructor(private readonly consequences: Consequences) {}

  @Get()
  @Authenticated({ scope: 'filters:read', roles: AGENTS })
  @ApiOperation({ summary: 'List consequences' })
  @ApiOkResponse({ type: ConsequencesAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.consequences.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @Takes('consequence', ConsequenceDto)
  @ApiOperation({ summary: 'Make a consequence', description: 'What a filter does to a ticket; it may be several things.' })
  @ApiCreatedResponse({ type: ConsequenceAnswer, description: 'The new consequence.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('consequence') input: ConsequenceDto): Promise<JsonText> {
    return new JsonText(`{"consequence":${await this.consequences.create(actor, read(input))}}`);
  }

  @Get(':consequence_id')
  @Authenticated({ scope: 'filters:read', roles: AGENTS })
  @ApiStampedIdParam('consequence_id', 'The consequence.')
  @ApiOperation({ summary: 'Show a consequence' })
  @ApiOkResponse({ type: ConsequenceAnswer, description: 'The consequence.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @Param('consequence_id') id: string): Promise<JsonText> {
    return new JsonText(`{"consequence":${await this.consequences.show(actor, id)}}`);
  }

  @Put(':consequence_id')
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @ApiStampedIdParam('consequence_id', 'The consequence.')
  @Takes('consequence', ConsequenceDto)
  @ApiOperation({
    summary: 'Replace what a consequence does',
    description: 'What is not given is not done any more. Every filter with the consequence changes with it.',
  })
  @ApiOkResponse({ type: ConsequenceAnswer, description: 'The consequence as it is now.' })
  @ApiFailure(400, 404)
  async replace(
    @CurrentActor() actor: Actor,
    @Param('consequence_id') id: string,
    @Input('consequence') input: ConsequenceDto,
  ): Promise<JsonText> {
    return new JsonText(`{"consequence":${await this.consequences.replace(actor, id, read(input))}}`);
  }

  @Delete(':consequence_id')
  @HttpCode(204)
  @Authenticated({ scope: 'filters:write', roles: ADMINS })
  @ApiStampedIdParam('consequence_id', 'The consequence.')
  @ApiOperation({ summary: 'Delete a consequence', description: 'Not while a filter has it.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404, 409)
  async remove(@CurrentActor() actor: Actor, @Param('consequence_id') id: string): Promise<void> {
    await this.consequences.remove(actor, id);
  }
}

function read({ assign_user: assignUser, assign_team: assignTeam, ...input }: ConsequenceDto): NewConsequence {
  return { ...input, assignUser, assignTeam };
}
