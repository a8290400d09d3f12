import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { AGENTS, STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { CreateLabelDto, LabelAnswer, LabelsAnswer, UpdateLabelDto } from './labels.dto.js';
import { Labels } from './labels.service.js';

@ApiTags('Labels')
@Controller('labels')
export class LabelsController {
  constructor(private readonly labels: Labels) {}

  @Get()
  @Authenticated({ scope: 'labels:read', roles: STAFF })
  @ApiOperation({
    summary: 'List labels',
    description: 'Those that the company has made; `unanswered`, which every desk has, is not among them.',
  })
  @ApiOkResponse({ type: LabelsAnswer, description: 'By name.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.labels.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'labels:write', roles: AGENTS })
  @Takes('label', CreateLabelDto)
  @ApiOperation({ summary: 'Make a label' })
  @ApiCreatedResponse({ type: LabelAnswer, description: 'The new label.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('label') input: CreateLabelDto): Promise<JsonText> {
    return new JsonText(`{"label":${await this.labels.create(actor, input)}}`);
  }

  @Get(':label_id')
  @Authenticated({ scope: 'labels:read', roles: STAFF })
  @ApiIdParam('label_id', 'The label.')
  @ApiOperation({ summary: 'Show a label' })
  @ApiOkResponse({ type: LabelAnswer, description: 'The label.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('label_id') id: number): Promise<JsonText> {
    return new JsonText(`{"label":${await this.labels.show(actor, id)}}`);
  }

  @Put(':label_id')
  @Authenticated({ scope: 'labels:write', roles: AGENTS })
  @ApiIdParam('label_id', 'The label.')
  @Takes('label', UpdateLabelDto)
  @ApiOperation({
    summary: 'Rename or recolour a label',
    description: 'Fields that are not given stay. Every ticket with the label shows it as it is now.',
  })
  @ApiOkResponse({ type: LabelAnswer, description: 'The label as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('label_id') id: number,
    @Input('label') input: UpdateLabelDto,
  ): Promise<JsonText> {
    return new JsonText(`{"label":${await this.labels.update(actor, id, input)}}`);
  }

  @Delete(':label_id')
  @HttpCode(204)
  @Authenticated({ scope: 'labels:write', roles: AGENTS })
  @ApiIdParam('label_id', 'The label.')
  @ApiOperation({ summary: 'Delete a label', description: 'It vanishes from all tickets that have it.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('label_id') id: number): Promise<void> {
    await this.labels.remove(actor, id);
  }
}
