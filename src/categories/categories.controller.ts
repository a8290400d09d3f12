import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { CategoriesAnswer, CategoryAnswer, CreateCategoryDto, UpdateCategoryDto } from './categories.dto.js';
import { Categories } from './categories.service.js';

@ApiTags('Categories')
@Controller('categories')
export class CategoriesController {
  constructor(private readonly categories: Categories) {}

  @Get()
  @Authenticated({ scope: 'categories:read', roles: STAFF })
  @ApiOperation({ summary: 'List categories' })
  @ApiOkResponse({ type: CategoriesAnswer, description: 'By position.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.categories.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'categories:write', roles: ADMINS })
  @Takes('category', CreateCategoryDto)
  @ApiOperation({ summary: 'Make a category' })
  @ApiCreatedResponse({ type: CategoryAnswer, description: 'The new category.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('category') input: CreateCategoryDto): Promise<JsonText> {
    return new JsonText(`{"category":${await this.categories.create(actor, input)}}`);
  }

  @Get(':category_id')
  @Authenticated({ scope: 'categories:read', roles: STAFF })
  @ApiIdParam('category_id', 'The category.')
  @ApiOperation({ summary: 'Show a category' })
  @ApiOkResponse({ type: CategoryAnswer, description: 'The category.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('category_id') id: number): Promise<JsonText> {
    return new JsonText(`{"category":${await this.categories.show(actor, id)}}`);
  }

  @Put(':category_id')
  @Authenticated({ scope: 'categories:write', roles: ADMINS })
  @ApiIdParam('category_id', 'The category.')
  @Takes('category', UpdateCategoryDto)
  @ApiOperation({ summary: 'Rename or move a category', description: 'Fields that are not given stay.' })
  @ApiOkResponse({ type: CategoryAnswer, description: 'The category as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('category_id') id: number,
    @Input('category') input: UpdateCategoryDto,
  ): Promise<JsonText> {
    return new JsonText(`{"category":${await this.categories.update(actor, id, input)}}`);
  }

  @Delete(':category_id')
  @HttpCode(204)
  @Authenticated({ scope: 'categories:write', roles: ADMINS })
  @ApiIdParam('category_id', 'The category.')
  @ApiOperation({ summary: 'Delete a category', description: 'Its tickets stay and are in no category any more.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('category_id') id: number): Promise<void> {
    await this.categories.remove(actor, id);
  }
}
