import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { CreateCustomFieldDto, CustomFieldAnswer, CustomFieldsAnswer, UpdateCustomFieldDto } from './custom-fields.dto.js';
import { CustomFields, type CustomFieldChange } from './custom-fields.service.js';

@ApiTags('Custom fields')
@Controller('custom_fields')
export class CustomFieldsController {
  constructor(private readonly fields: CustomFields) {}

  @Get()
  @Authenticated({ scope: 'custom_fields:read', roles: STAFF })
  @ApiOperation({ summary: 'List custom fields' })
  @ApiOkResponse({ type: CustomFieldsAnswer, description: 'By position.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.fields.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'custom_fields:write', roles: ADMINS })
  @Takes('custom_field', CreateCustomFieldDto)
  @ApiOperation({ summary: 'Make a custom field' })
  @ApiCreatedResponse({ type: CustomFieldAnswer, description: 'The new field.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('custom_field') input: CreateCustomFieldDto): Promise<JsonText> {
    const view = await this.fields.create(actor, { ...changeOf(input), name: input.name });
    return new JsonText(`{"custom_field":${view}}`);
  }

  @Get(':custom_field_id')
  @Authenticated({ scope: 'custom_fields:read', roles: STAFF })
  @ApiIdParam('custom_field_id', 'The custom field.')
  @ApiOperation({ summary: 'Show a custom field' })
  @ApiOkResponse({ type: CustomFieldAnswer, description: 'The field.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('custom_field_id') id: number): Promise<JsonText> {
    return new JsonText(`{"custom_field":${await this.fields.show(actor, id)}}`);
  }

  @Put(':custom_field_id')
  @Authenticated({ scope: 'custom_fields:write', roles: ADMINS })
  @ApiIdParam('custom_field_id', 'The custom field.')
  @Takes('custom_field', UpdateCustomFieldDto)
  @ApiOperation({
    summary: 'Change a custom field',
    description: 'Fields that are not given stay. What tickets hold in it already is not checked again.',
  })
  @ApiOkResponse({ type: CustomFieldAnswer, description: 'The field as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('custom_field_id') id: number,
    @Input('custom_field') input: UpdateCustomFieldDto,
  ): Promise<JsonText> {
    return new JsonText(`{"custom_field":${await this.fields.update(actor, id, changeOf(input))}}`);
  }

  @Delete(':custom_field_id')
  @HttpCode(204)
  @Authenticated({ scope: 'custom_fields:write', roles: ADMINS })
  @ApiIdParam('custom_field_id', 'The custom field.')
  @ApiOperation({ summary: 'Delete a custom field', description: 'Tickets lose what they hold in it.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('custom_field_id') id: number): Promise<void> {
    await this.fields.remove(actor, id);
  }
}

function changeOf(input: UpdateCustomFieldDto): CustomFieldChange {
  const { name, type, required, possible_values: possibleValues, position } = input;
  return { name, type, required, possibleValues, position };
}
